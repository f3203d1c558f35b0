#include "core/http/listener.hpp"
#include "core/http/server_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <unistd.h>

#include <deque>

namespace erp {
namespace {

using namespace http_test;

TEST_CASE("server limits: one connection too many is turned away at once", "[http]") {
    ServerLimits limits = quick();
    const bool by_address = GENERATE(false, true);
    (by_address ? limits.connections_per_address : limits.connections) = 3;
    limits.scrape_timeout = 10s;
    RunningServer server(limits);
    std::deque<Client> clients;
    for (int i = 0; i < 3; ++i)
        clients.emplace_back(server.address()).send(request("GET", "/hang"));
    server.catch_up();
    for (int i = 0; i < 20; ++i) {
        Client refused(server.address());
        const Reply reply = refused.get("/hello");
        CHECK(reply.status == 503);
        CHECK(reply.body == "too many connections\n");
        CHECK(refused.closed());
    }
    CHECK(server.answered("other", 503) == 20);
    CHECK(server.connections() == 3);
}

TEST_CASE("server limits: for a new connection one goes that only waits", "[http]") {
    ServerLimits limits = quick();
    const bool by_address = GENERATE(false, true);
    (by_address ? limits.connections_per_address : limits.connections) = 4;
    limits.header_time = limits.idle_time = limits.scrape_timeout = 10s;
    RunningServer server(limits);
    Client busy(server.address());
    busy.send(request("GET", "/hang"));
    Client half(server.address());
    half.send("GET /hello HT");
    server.catch_up();
    std::this_thread::sleep_for(1100ms);  // it has had its time
    Client idle(server.address());
    CHECK(idle.get("/hello").status == 200);
    Client fresh(server.address());
    server.catch_up();
    Client fifth(server.address());
    CHECK(fifth.get("/hello").status == 200);
    CHECK(half.closed());  // first who began and does not go on
    Client sixth(server.address());
    CHECK(sixth.get("/hello").status == 200);
    CHECK(idle.closed());  // then who is idle longest, before one who has only just come
    CHECK(fresh.get("/hello").status == 200);
    CHECK(server.connections() == 4);
}

TEST_CASE("server limits: who may be gone gives way before any other", "[http]") {
    ServerLimits limits = quick();
    limits.connections_per_address = 3;
    limits.scrape_timeout = limits.idle_time = 10s;
    RunningServer server(limits);
    Client elsewhere(server.address(), "127.0.0.2");
    elsewhere.send(request("GET", "/slow"));
    elsewhere.half_close();
    for (int i = 0; i < 2; ++i) {
        const Client gone(server.address());
        gone.send(request("GET", "/hang"));
    }
    Client idle(server.address());
    CHECK(idle.get("/hello").status == 200);
    server.catch_up();
    CHECK(server.connections() == 4);
    Client next(server.address());
    CHECK(next.get("/hello").status == 200);
    CHECK(idle.get("/hello").status == 200);
    CHECK(elsewhere.receive().status == 200);
}

TEST_CASE("server limits: an address at its limit costs the others nothing", "[http]") {
    ServerLimits limits = quick();
    limits.connections = 8;
    limits.connections_per_address = 3;
    limits.scrape_timeout = 10s;
    RunningServer server(limits);
    std::deque<Client> greedy;
    for (int i = 0; i < 3; ++i)
        greedy.emplace_back(server.address(), "127.0.0.2").send(request("GET", "/hang"));
    server.catch_up();
    Client refused(server.address(), "127.0.0.2");
    CHECK(refused.get("/hello").status == 503);
    Client other(server.address(), "127.0.0.3");
    CHECK(other.get("/hello").status == 200);
    CHECK(server.connections() == 4);
}

TEST_CASE("server limits: idle connections do not keep out who takes a moment to ask", "[http]") {
    ServerLimits limits = quick();
    limits.connections = 8;
    limits.header_time = limits.idle_time = 10s;
    RunningServer server(limits);
    Client kept(server.address(), "127.0.0.9");
    CHECK(kept.get("/hello").status == 200);
    std::deque<Client> idle;
    for (int i = 0; i < 7; ++i) {
        idle.emplace_back(server.address(), i % 2 == 0 ? "127.0.0.2" : "127.0.0.3");
        CHECK(idle.back().get("/hello").status == 200);
    }
    for (int round = 0; round < 3; ++round) {
        Client good(server.address(), "127.0.0.8");
        for (int i = 0; i < 3; ++i) {
            idle.emplace_back(server.address(), "127.0.0.2");
            server.catch_up();
        }
        CHECK(good.get("/hello").status == 200);
    }
    CHECK(kept.get("/hello").status == 200);  // its origin has no more than its share
    CHECK(server.connections() <= 8);
}

TEST_CASE("server limits: the slowest reader of the greediest origin can be cut", "[http]") {
    ServerLimits limits = quick();
    limits.write_time = 10s;
    RunningServer server(limits);
    Client one(server.address(), "127.0.0.3");
    one.send(request("GET", "/big"));
    server.catch_up();
    Client first(server.address(), "127.0.0.2");
    first.send(request("GET", "/big"));
    server.catch_up();
    Client second(server.address(), "127.0.0.2");
    second.send(request("GET", "/big"));
    server.catch_up();
    server.cut_slowest_reader();
    CHECK(server.settles_at(2));
    CHECK(first.receive().status == 0);
    CHECK(one.receive().status == 200);
    CHECK(second.receive().status == 200);
}

TEST_CASE("server limits: a flood of half headers leaves room for who asks", "[http]") {
    ServerLimits limits = quick();
    limits.connections = 10;
    limits.header_time = 10s;
    RunningServer server(limits);
    std::deque<Client> flood;
    for (int i = 0; i < 300; ++i) {
        flood.emplace_back(server.address()).send("GET /hello HTTP/1.1\r\nX: ");
        if (i % 30 != 29) continue;
        Client good(server.address());
        CHECK(good.get("/hello").status == 200);
        CHECK(server.connections() <= 10);
    }
}

TEST_CASE("listener: whose connections count together", "[http]") {
    const auto origin = [](const char* address) {
        return origin_of(asio::ip::tcp::endpoint(asio::ip::make_address(address), 40000));
    };
    CHECK(origin("192.0.2.1") == "192.0.2.1");
    CHECK(origin("::ffff:192.0.2.1") == "192.0.2.1");
    CHECK(origin("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
    CHECK(origin_of(asio::local::stream_protocol::endpoint("/run/x")).empty());
}

TEST_CASE("server limits: handlers of clients that left count as connections", "[http]") {
    ServerLimits limits = quick();
    limits.connections = 2;
    RunningServer server(limits);
    for (int i = 0; i < 2; ++i) {
        {
            Client client(server.address());
            client.send(request("GET", "/hang"));
            CHECK(client.receive().body == "no answer in time\n");
        }
        REQUIRE(server.settles_at(0));
    }
    Client next(server.address());
    CHECK(next.get("/hello").body == "too many connections\n");
}

TEST_CASE("server limits: without descriptors an idle connection goes, a busy one does not",
          "[http]") {
    RunningServer server(quick());
    Client client(server.address());
    REQUIRE(client.get("/hello").status == 200);
    const bool busy = GENERATE(false, true);
    if (busy) client.send(request("GET", "/slow"));
    server.catch_up();
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const int used = ::dup(STDIN_FILENO);  // the lowest free number, which the next client gets
    ::close(used);
    rlimit scarce = before;
    scarce.rlim_cur = static_cast<rlim_t>(used) + 1;
    ::setrlimit(RLIMIT_NOFILE, &scarce);
    Client waiting(server.address());
    waiting.send(request("GET", "/hello"));
    std::this_thread::sleep_for(100ms);
    const std::size_t meanwhile = server.answered("/hello", 200);
    const unsigned first = waiting.receive().status;
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(meanwhile == (busy ? 1 : 2));
    CHECK(first == 200);
    if (busy) {
        CHECK(client.receive().status == 200);
    } else {
        CHECK(client.closed());
    }
}

}  // namespace
}  // namespace erp
