#include "exporters/odoo/sockets/accept_queue.hpp"

#include <catch2/catch.hpp>

#include <numeric>
#include <string>
#include <vector>

namespace erp::odoo {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kMost = 4096;

double in_seconds(Duration d) {
    return seconds(d);
}

/// An Odoo that a test makes up, with 3 workers if it is not said otherwise.
class FakeOdoo {
  public:
    explicit FakeOdoo(std::uint32_t backlog = 24, std::optional<std::uint32_t> workers = {})
        : queue_(2s, workers) {
        sockets_.backlogs = {backlog};
    }

    /// A connection from this port of the client, by which it is known.
    SocketRow& connect(std::uint16_t port, std::optional<std::uint32_t> age_ms = {}) {
        SocketRow row;
        row.id = with_ids_ ? ++last_id_ : 0;
        row.remote.port = port;
        row.last_received_ms = age_ms;
        sockets_.connections.push_back(row);
        return sockets_.connections.back();
    }
    SocketRow& of(std::uint16_t port) {
        for (SocketRow& row : sockets_.connections)
            if (row.remote.port == port) return row;
        FAIL("no such connection");
        return sockets_.connections.front();
    }
    void accept(std::uint16_t port) { of(port).inode = ++last_inode_; }
    void leave(std::uint16_t port) { of(port).state = TcpState::close_wait; }
    void end(std::uint16_t port) {
        std::erase_if(sockets_.connections,
                      [&](const SocketRow& row) { return row.remote.port == port; });
    }
    /// As /proc/net/tcp has it.
    void without_ids() { with_ids_ = false; }
    EndpointSockets& sockets() { return sockets_; }

    const QueueState& look(Duration step = 250ms) {
        now_ += step;
        sockets_.queue_length = static_cast<std::uint32_t>(std::ranges::count_if(
            sockets_.connections, [](const SocketRow& row) { return row.inode == 0; }));
        queue_.look(sockets_, kMost, now_);
        return queue_.state();
    }
    const QueueState& look_for(Duration time, Duration step = 250ms) {
        for (Duration done{}; done < time; done += step)
            look(step);
        return queue_.state();
    }
    AcceptQueue& queue() { return queue_; }
    const QueueTotals& totals() { return queue_.totals(); }
    std::uint64_t waits() {
        const auto& counts = totals().waits.counts;
        return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    }
    double waited() { return counting::to_seconds(static_cast<std::int64_t>(totals().waits.sum)); }

  private:
    AcceptQueue queue_;
    EndpointSockets sockets_;
    Clock::time_point now_ = Clock::time_point() + 1h;
    bool with_ids_ = true;
    std::uint64_t last_id_ = 0;
    std::uint64_t last_inode_ = 100;
};

TEST_CASE("accept queue: who works, waits and has left is told apart", "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.look();
    for (std::uint16_t port = 1; port <= 6; ++port)
        odoo.connect(port, 0);
    for (std::uint16_t port = 1; port <= 3; ++port)
        odoo.accept(port);
    odoo.leave(3);  // a worker goes on with it
    odoo.leave(6);
    const QueueState& state = odoo.look();
    CHECK(state.listening);
    CHECK(state.backlog == 24);
    CHECK(state.workers == WorkerCount{ServerMode::prefork, 3});
    CHECK(state.busy == 3);
    CHECK(state.waiting == 2);
    CHECK(state.abandoned == 1);
    CHECK(state.queue_length == 3);
    CHECK(odoo.totals().accepted == 3);
    CHECK(odoo.totals().abandoned == 1);
}

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
    CHECK(in_seconds(odoo.totals().watched) == Approx(10));
    CHECK(in_seconds(odoo.totals().busy) == Approx(3 * 5 + 4).margin(0.01));
    CHECK(in_seconds(odoo.totals().saturated) == Approx(2).margin(0.01));
    CHECK(odoo.totals().accepted == 4);
}

TEST_CASE("accept queue: steps of any length add up to the same time", "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.look();
    odoo.connect(1, 0);
    odoo.accept(1);
    odoo.look(1ms);
    const double before = in_seconds(odoo.totals().busy);
    for (const Duration step : {250ms, 250ms, 1700ms, 10ms, 240ms, 50ms})
        odoo.look(step);
    CHECK(in_seconds(odoo.totals().busy) - before == Approx(2.5));
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
    CHECK(in_seconds(after.watched - before.watched) == Approx(2));
    CHECK(in_seconds(after.busy - before.busy) <= 4);
    CHECK(in_seconds(after.saturated - before.saturated) <= 2);
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
    CHECK(in_seconds(odoo.look_for(2s).oldest_waiting) == Approx(2.1));
    odoo.accept(1);
    const QueueState& state = odoo.look();
    CHECK(state.oldest_waiting == Duration::zero());
    CHECK(in_seconds(state.oldest_running) == Approx(0.125));
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
    CHECK(in_seconds(state.oldest_waiting) == Approx(7));
    CHECK(in_seconds(state.oldest_running) == Approx(9));
    // Who was not there at the last look cannot be older than that.
    odoo.connect(3, 60'000);
    odoo.accept(1);
    CHECK(in_seconds(odoo.look().oldest_waiting) == Approx(0.25));
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
    CHECK(in_seconds(state.oldest_waiting) == Approx(3));
    CHECK(in_seconds(state.oldest_running) == Approx(3));
}

TEST_CASE("accept queue: another connection with the same addresses is another one",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.without_ids();
    odoo.connect(1);
    odoo.accept(1);
    odoo.look_for(3s);
    odoo.accept(1);  // another inode
    CHECK(odoo.look().oldest_running < 250ms);
    CHECK(odoo.totals().accepted == 2);
}

TEST_CASE("accept queue: who is gone was served, if anybody was free for it", "[odoo][sockets]") {
    FakeOdoo odoo;
    for (std::uint16_t port = 1; port <= 5; ++port)
        odoo.connect(port, 0);
    for (std::uint16_t port = 1; port <= 3; ++port)
        odoo.accept(port);
    odoo.look();
    odoo.end(4);  // reset by its client: the same three still run
    odoo.look();
    CHECK(odoo.totals().abandoned == 1);
    CHECK(odoo.totals().accepted == 3);
    odoo.end(1);
    odoo.end(5);  // taken by the worker of 1 and done since
    odoo.look();
    CHECK(odoo.totals().abandoned == 1);
    CHECK(odoo.totals().accepted == 4);
    CHECK(odoo.waits() == 1);
    odoo.connect(6, 0);
    odoo.look();
    odoo.end(6);
    odoo.sockets().backlogs.clear();  // the server stops: nobody takes it any more
    odoo.look();
    CHECK(odoo.totals().abandoned == 2);
    CHECK_FALSE(odoo.queue().state().listening);
}

TEST_CASE("accept queue: who left and is worked on all the same is counted once as abandoned",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.connect(1, 0);
    odoo.look();
    odoo.leave(1);
    CHECK(odoo.look().abandoned == 1);
    odoo.look();
    odoo.accept(1);
    const QueueState& state = odoo.look();
    CHECK(state.abandoned == 0);
    CHECK(state.busy == 1);
    odoo.end(1);
    odoo.look();
    CHECK(odoo.totals().abandoned == 1);
    CHECK(odoo.totals().accepted == 1);
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

TEST_CASE("accept queue: fewer workers than configured are saturated, too", "[odoo][sockets]") {
    FakeOdoo odoo;  // 3 by its backlog; a signal took one away
    odoo.look();
    for (std::uint16_t port = 1; port <= 3; ++port)
        odoo.connect(port, 0);
    odoo.accept(1);
    odoo.accept(2);
    odoo.look_for(4s);
    CHECK(in_seconds(odoo.totals().saturated) > 3.5);
}

TEST_CASE("accept queue: the number of workers may be known better", "[odoo][sockets]") {
    FakeOdoo odoo(24, 2);
    odoo.connect(1, 0);
    CHECK(odoo.look().workers == WorkerCount{ServerMode::prefork, 2});
}

TEST_CASE("accept queue: a threaded server is known by what 16 workers cannot do",
          "[odoo][sockets]") {
    FakeOdoo odoo(128);
    CHECK(odoo.look().workers.mode == ServerMode::threaded_or_16_workers);
    for (std::uint16_t port = 1; port <= 17; ++port) {
        odoo.connect(port, 0);
        odoo.accept(port);
    }
    CHECK(odoo.look().workers.mode == ServerMode::threaded);
    for (std::uint16_t port = 1; port <= 17; ++port)
        odoo.end(port);
    CHECK(odoo.look().workers.mode == ServerMode::threaded);
    odoo.sockets().backlogs = {24};  // configured anew
    CHECK(odoo.look().workers == WorkerCount{ServerMode::prefork, 3});
}

TEST_CASE("accept queue: the longest queue is that of the last 60 s", "[odoo][sockets]") {
    FakeOdoo odoo;
    for (std::uint16_t port = 1; port <= 5; ++port)
        odoo.connect(port, 0);
    odoo.look();
    for (std::uint16_t port = 1; port <= 5; ++port)
        odoo.end(port);
    CHECK(odoo.look().longest_queue == 5);
    CHECK(odoo.look_for(50s).longest_queue == 5);
    CHECK(odoo.look_for(20s).longest_queue == 0);
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
