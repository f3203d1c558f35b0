#include "exporters/odoo/sockets/fake_odoo.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

using namespace std::chrono_literals;

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

TEST_CASE("accept queue: who had left when a worker came did not wait that long",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.connect(1);
    odoo.connect(2);
    odoo.look();
    odoo.leave(2);
    odoo.look();
    odoo.accept(1);
    odoo.accept(2);
    odoo.look();
    CHECK(odoo.totals().accepted == 2);
    CHECK(odoo.totals().abandoned == 1);
    CHECK(odoo.waits() == 1);
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

TEST_CASE("accept queue: who is still there after a gap counts once", "[odoo][sockets]") {
    FakeOdoo odoo;
    for (std::uint16_t port = 1; port <= 4; ++port)
        odoo.connect(port, 0);
    odoo.accept(1);
    odoo.leave(4);
    odoo.look();
    for (int i = 0; i < 3; ++i) {
        odoo.look_for(3s, 3s);
        CHECK(odoo.totals().accepted == 1);
        CHECK(odoo.totals().abandoned == 1);
    }
    odoo.accept(2);
    odoo.leave(3);
    odoo.look_for(3s, 3s);
    CHECK(odoo.totals().accepted == 2);
    CHECK(odoo.totals().abandoned == 2);
    CHECK(odoo.waits() == 0);  // nobody saw when
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
    odoo.end(6);  // taken by the third worker, who was free
    odoo.look();
    CHECK(odoo.totals().abandoned == 1);
    CHECK(odoo.totals().accepted == 5);
    odoo.connect(1, 0);
    odoo.accept(1);
    odoo.connect(7, 0);
    odoo.connect(8, 0);
    odoo.leave(8);
    odoo.look();
    odoo.end(7);  // reset again
    odoo.end(8);  // counted when it left
    odoo.look();
    CHECK(odoo.totals().abandoned == 3);
    CHECK(odoo.totals().accepted == 6);
    odoo.end(1);
    odoo.connect(6, 0);
    odoo.look();
    odoo.end(6);
    odoo.sockets().backlogs.clear();
    odoo.look();
    CHECK(odoo.totals().abandoned == 3);  // the server left, not its client
    CHECK_FALSE(odoo.queue().state().listening);
}

TEST_CASE("accept queue: with its listener those who wait are gone, neither served nor given up",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.sockets().discarded = {{1, 0}};
    for (std::uint16_t port = 1; port <= 5; ++port)
        odoo.connect(port, 0);
    odoo.accept(1);
    odoo.look_for(1s);
    odoo.end(1);  // whose worker ends, so that one might have been free
    for (std::uint16_t port = 2; port <= 5; ++port)
        odoo.end(port);
    odoo.sockets().discarded = {{2, 0}};  // a restart, between two looks
    odoo.look();
    CHECK(odoo.totals().accepted == 1);
    CHECK(odoo.totals().abandoned == 0);
    CHECK(odoo.waits() == 0);
    odoo.connect(6, 0);
    odoo.look();
    odoo.end(6);
    odoo.look();
    CHECK(odoo.totals().accepted == 2);
}

TEST_CASE("accept queue: who resets while others wait was not served, whatever backlogs tell",
          "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.sockets().backlogs = {0};  // as /proc/net/tcp has it
    for (std::uint16_t port = 1; port <= 5; ++port)
        odoo.connect(port, 0);
    for (std::uint16_t port = 1; port <= 3; ++port)
        odoo.accept(port);
    odoo.look_for(1s);
    odoo.end(4);
    odoo.end(5);
    odoo.look();
    CHECK(odoo.totals().abandoned == 2);
    CHECK(odoo.waits() == 0);
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

TEST_CASE("accept queue: who never asked does not give up", "[odoo][sockets]") {
    FakeOdoo odoo;
    for (std::uint16_t worker = 1; worker <= 3; ++worker) {
        odoo.connect(worker);
        odoo.accept(worker);
    }
    odoo.look();
    odoo.connect(4).receive_queue = 0;  // checks of a load balancer: one closes, one resets
    odoo.connect(5).receive_queue = 0;
    odoo.look();
    odoo.leave(4);
    odoo.of(4).receive_queue = 1;
    odoo.end(5);
    odoo.look();
    CHECK(odoo.queue().state().abandoned == 1);
    CHECK(odoo.totals().abandoned == 0);
    odoo.connect(6).receive_queue = 0;  // one whose request comes later
    odoo.look();
    odoo.of(6).receive_queue = 80;
    odoo.look();
    odoo.leave(6);
    odoo.look();
    CHECK(odoo.totals().abandoned == 1);
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

TEST_CASE("accept queue: what a listener discarded counts from the first look", "[odoo][sockets]") {
    FakeOdoo odoo;
    auto& discarded = odoo.sockets().discarded;
    discarded[1] = 10;
    odoo.look();
    discarded[1] = 14;
    discarded[2] = 3;  // it was not there
    odoo.look();
    CHECK(odoo.totals().discarded == 7);
    SECTION("and all of the next listener's") {
        discarded = {{3, 4}};
        odoo.look();
        discarded[3] = 5;
        odoo.look();
        CHECK(odoo.totals().discarded == 12);
    }
    SECTION("through a gap") {
        discarded[1] = 16;
        discarded[4] = 100;
        odoo.look(std::chrono::minutes(1));
        CHECK(odoo.totals().discarded == 109);
    }
    SECTION("and all of another namespace's, which may have the same number") {
        odoo.queue().forget();
        discarded = {{1, 2}, {5, 6}};
        odoo.look();
        CHECK(odoo.totals().discarded == 15);
    }
}

TEST_CASE("accept queue: who is met again after nothing was seen counts once", "[odoo][sockets]") {
    FakeOdoo odoo;
    odoo.connect(1);
    odoo.accept(1);
    odoo.connect(2);
    odoo.leave(2);
    odoo.look();
    odoo.queue().forget();
    odoo.queue().forget();
    odoo.look();
    CHECK(odoo.totals().accepted == 1);
    CHECK(odoo.totals().abandoned == 1);
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

}  // namespace
}  // namespace erp::odoo
