#include "exporters/odoo/sockets/fake_odoo.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

using namespace std::chrono_literals;

TEST_CASE("accept queue: busy and saturated time add up", "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.look();
    for (std::uint16_t port = 1; port <= 3; ++port) {
        odoo.connect(port, 0);
        odoo.accept(port);
    }
    odoo.look_for(3s);
    odoo.connect(4, 0);
    odoo.look_for(2s);
    for (std::uint16_t port = 1; port <= 3; ++port)
        odoo.end(port);
    odoo.accept(4);
    odoo.look_for(4s);
    odoo.end(4);
    odoo.look_for(1s);
    CHECK(seconds(odoo.totals().watched) == Approx(10));
    CHECK(seconds(odoo.totals().busy) == Approx(3 * 5 + 4).margin(0.01));
    CHECK(seconds(odoo.totals().saturated) == Approx(2).margin(0.01));
    CHECK(odoo.totals().accepted == 4);
}

TEST_CASE("accept queue: steps of any length add up to the same time", "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.look();
    odoo.connect(1, 0);
    odoo.accept(1);
    odoo.look(1ms);
    const double before = seconds(odoo.totals().busy);
    for (const Duration step : {250ms, 250ms, 1700ms, 10ms, 240ms, 50ms})
        odoo.look(step);
    CHECK(seconds(odoo.totals().busy) - before == Approx(2.5));
}

TEST_CASE("accept queue: the longest step of the last minute is told", "[odoo][sockets]") {
    FakeOdoo odoo;
    CHECK(odoo.look().longest_step == 0s);
    odoo.look(250ms);
    odoo.look(900ms);
    CHECK(odoo.look(300ms).longest_step == 900ms);
    CHECK(odoo.look_for(61s).longest_step == 250ms);
    CHECK(odoo.look(1h).longest_step == 1h);  // of which nothing is added up
}

TEST_CASE("accept queue: what began or ended in a step is set to its middle", "[odoo][sockets]") {
    FakeOdoo odoo(8);
    odoo.look();
    odoo.connect(1, 0);
    odoo.accept(1);
    odoo.connect(2, 0);
    odoo.look(1s);
    CHECK(seconds(odoo.totals().busy) == Approx(0.5));
    CHECK(seconds(odoo.totals().saturated) == Approx(0.5));
    odoo.end(1);
    odoo.end(2);
    odoo.look(200ms);
    CHECK(seconds(odoo.totals().busy) == Approx(0.6));
    CHECK(seconds(odoo.totals().saturated) == Approx(0.6));
}

TEST_CASE("accept queue: a host that slept adds no hours and no waits", "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.look();
    for (std::uint16_t port = 1; port <= 4; ++port)
        odoo.connect(port, 0);
    odoo.accept(1);
    odoo.look();
    odoo.look();
    const QueueTotals before = odoo.totals();
    odoo.accept(2);  // while nobody looked
    odoo.end(3);
    odoo.look(5h);
    const QueueTotals& after = odoo.totals();
    CHECK(seconds(after.watched - before.watched) == Approx(2));
    CHECK(seconds(after.busy - before.busy) <= 6);  // of three workers, at most
    CHECK(seconds(after.saturated - before.saturated) <= 2);
    CHECK(odoo.waits() == 0);
    CHECK(after.abandoned == 0);
}

TEST_CASE("accept queue: a wait is from its request to its acceptance, to half a step",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.look();
    odoo.connect(1, 100);
    odoo.look();
    odoo.of(1).last_received_ms = 0;  // more of its body: not the beginning
    CHECK(seconds(odoo.look_for(2s).oldest_waiting) == Approx(2.1));
    odoo.accept(1);
    const QueueState& state = odoo.look();
    CHECK(state.oldest_waiting == Duration::zero());
    CHECK(seconds(state.oldest_running) == Approx(0.125));
    CHECK(odoo.waits() == 1);
    CHECK(odoo.totals().waits.counts[4] == 1);  // up to 2.5 s
    CHECK(odoo.waited() == Approx(2.1 + 0.125));
}

TEST_CASE("accept queue: ages of those who were there before are what the kernel says",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.connect(1, 7000);
    odoo.connect(2, 9000);
    odoo.accept(2);
    const QueueState& state = odoo.look();
    CHECK(seconds(state.oldest_waiting) == Approx(7));
    CHECK(seconds(state.oldest_running) == Approx(9));
    // Who was not there at the last look cannot be older than that.
    odoo.connect(3, 60'000);
    odoo.accept(1);
    CHECK(seconds(odoo.look().oldest_waiting) == Approx(0.25));
}

TEST_CASE("accept queue: without ages they are from when they were first seen", "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.without_ids();
    odoo.connect(1);
    odoo.connect(2);
    odoo.accept(2);
    const QueueState& state = odoo.look();
    CHECK(state.oldest_waiting == Duration::zero());
    odoo.look_for(3s);
    CHECK(seconds(state.oldest_waiting) == Approx(3));
    CHECK(seconds(state.oldest_running) == Approx(3));
}

TEST_CASE("accept queue: saturated is who waits while every worker has a request",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.connect(1, 0);
    odoo.accept(1);
    odoo.look();
    odoo.connect(2, 0);  // a worker is about to take it
    odoo.look();
    CHECK(odoo.totals().saturated == Duration::zero());
    odoo.accept(2);
    odoo.look();
    CHECK(odoo.totals().saturated == Duration::zero());
    odoo.connect(3, 0);
    odoo.leave(3);
    odoo.connect(4, 0);
    odoo.accept(4);
    odoo.look_for(1s);  // only somebody who has left
    CHECK(odoo.totals().saturated == Duration::zero());
}

TEST_CASE("accept queue: of an unknown backlog the processes say whether a worker is free",
          "[odoo][sockets]") {
    FakeOdoo odoo(25);
    odoo.queue().hear_of(WorkerCount{ServerMode::prefork, 3});
    odoo.look();
    for (std::uint16_t port = 1; port <= 3; ++port) {
        odoo.connect(port, 0);
        odoo.accept(port);
    }
    // One waits at each look, each time another.
    for (std::uint16_t port = 4; port < 14; ++port) {
        odoo.connect(port, 0);
        odoo.look(1s);
        odoo.end(static_cast<std::uint16_t>(port - 3));
        odoo.accept(port);
    }
    CHECK(seconds(odoo.totals().saturated) == Approx(9.5));
}

TEST_CASE("accept queue: fewer workers than configured are saturated, too", "[odoo][sockets]") {
    FakeOdoo odoo;  // 3 by its backlog; a signal took one away
    odoo.look();
    for (std::uint16_t port = 1; port <= 3; ++port)
        odoo.connect(port, 0);
    odoo.accept(1);
    odoo.accept(2);
    odoo.look_for(4s);
    CHECK(seconds(odoo.totals().saturated) > 3.5);
}

TEST_CASE("accept queue: workers whose clients reset their connections are busy while others wait",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    for (std::uint16_t port = 1; port <= 3; ++port) {
        odoo.connect(port, 0);
        odoo.accept(port);
    }
    CHECK(odoo.look().busy == 3);
    for (std::uint16_t port = 1; port <= 3; ++port)
        odoo.end(port);  // no socket is left, and their requests run on
    CHECK(odoo.look_for(1s).busy == 0);
    odoo.connect(4, 0);
    CHECK(odoo.look().busy == 0);  // a worker may be about to take it
    CHECK(odoo.look().busy == 3);
    const Duration before = odoo.totals().busy;
    CHECK(odoo.look_for(2s).busy == 3);
    CHECK(seconds(odoo.totals().busy - before) == Approx(6));
    // One of them has taken it, done it and is free, which is no reset by its client.
    odoo.end(4);
    CHECK(odoo.look().busy == 0);
    CHECK(odoo.totals().abandoned == 0);
}

TEST_CASE("accept queue: no more are busy than there are processes", "[odoo][sockets]") {
    FakeOdoo odoo;  // 3 by its backlog; a signal took one away
    odoo.queue().hear_of(WorkerCount{ServerMode::prefork, 2});
    odoo.connect(1, 0);
    CHECK(odoo.look_for(1s).busy == 2);
    odoo.queue().hear_of(WorkerCount{ServerMode::prefork, 4});  // or a job runner is among them
    CHECK(odoo.look().busy == 3);
    odoo.queue().hear_of(std::nullopt);
    CHECK(odoo.look().busy == 3);
    FakeOdoo unknown(0);
    unknown.connect(1, 0);
    CHECK(unknown.look_for(1s).busy == 0);
    unknown.queue().hear_of(WorkerCount{ServerMode::prefork, 2});
    CHECK(unknown.look().busy == 2);
}

TEST_CASE("accept queue: what another namespace had is neither ended nor added up",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.look();
    odoo.connect(1, 0);
    odoo.connect(2, 0);
    odoo.accept(2);
    odoo.look();
    const QueueTotals before = odoo.totals();
    odoo.queue().forget();
    odoo.end(1);
    odoo.end(2);
    const QueueState& state = odoo.look();
    CHECK(state.busy == 0);
    CHECK(state.workers == WorkerCount{ServerMode::prefork, 3});
    CHECK(odoo.totals().watched == before.watched);
    CHECK(odoo.totals().accepted == before.accepted);
    CHECK(odoo.totals().abandoned == 0);
    CHECK(odoo.waits() == 0);
}

}  // namespace
}  // namespace erp::odoo
