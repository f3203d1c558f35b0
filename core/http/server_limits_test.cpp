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

ServerLimits quick() {
    ServerLimits limits;
    limits.header_time = 200ms;
    limits.scrape_timeout = 500ms;
    limits.grace = 200ms;
    limits.write_time = 200ms;
    limits.idle_time = 300ms;
    return limits;
}

template <class Job>
Duration time_of(Job job) {
    const auto start = Clock::now();
    job();
    return Clock::now() - start;
}

TEST_CASE("server limits: a half header ends in time, however it drips", "[http]") {
    RunningServer server(quick());
    Client client(server.address());
    Reply reply;
    const Duration took = time_of([&] {
        SECTION("silent after its start") {
            client.send("GET /hello HT");
        }
        SECTION("one byte at a time") {
            for (const char c : std::string("GET /hello HTTP/1.1\r\n")) {
                client.send(std::string(1, c));
                std::this_thread::sleep_for(15ms);
            }
        }
        reply = client.receive();
    });
    CHECK(reply.status == 408);
    CHECK(took >= 190ms);
    CHECK(took < 1s);
    CHECK(client.closed());
    CHECK(server.settles_at(0));
}

TEST_CASE("server limits: many dripping clients do not delay a good one", "[http]") {
    ServerLimits limits = quick();
    limits.header_time = 1s;
    limits.connections_per_address = 200;
    RunningServer server(limits);
    std::deque<Client> clients;
    for (int i = 0; i < 100; ++i)
        clients.emplace_back(server.address()).send("GET /hello HTTP/1.1\r\nX: ");
    Client good(server.address());
    CHECK(time_of([&] { CHECK(good.get("/hello").status == 200); }) < 500ms);
    for (Client& client : clients)
        CHECK(client.receive().status == 408);
    clients.clear();
    CHECK(server.settles_at(0));  // the good one was idle for too long by now
}

TEST_CASE("server limits: a connection that says nothing is closed", "[http]") {
    ServerLimits limits = quick();
    limits.idle_time = 1s;
    RunningServer server(limits);
    Client client(server.address());
    SECTION("from the start") {
        CHECK(time_of([&] { CHECK(client.closed()); }) < 800ms);
    }
    SECTION("after a request, later") {
        CHECK(client.get("/hello").status == 200);
        const Duration took = time_of([&] { CHECK(client.closed()); });
        CHECK(took >= 990ms);
        CHECK(took < 2s);
    }
    CHECK(server.settles_at(0));
}

TEST_CASE("server limits: a late handler is 503", "[http]") {
    RunningServer server(quick());
    Client client(server.address());
    Duration took{};
    SECTION("after the configured limit and the grace") {
        took = time_of([&] { CHECK(client.get("/hang").status == 503); });
        CHECK(took >= 690ms);
    }
    SECTION("earlier when the client asked for less") {
        client.send(request("GET", "/hang", "X-Prometheus-Scrape-Timeout-Seconds: 0.1\r\n"));
        took = time_of([&] { CHECK(client.receive().status == 503); });
        CHECK(took >= 290ms);
        CHECK(took < 650ms);
    }
    SECTION("but not later when it asked for more") {
        client.send(request("GET", "/hang", "X-Prometheus-Scrape-Timeout-Seconds: 1e300\r\n"));
        took = time_of([&] { CHECK(client.receive().status == 503); });
    }
    CHECK(took < 1500ms);
    CHECK(client.closed());
}

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

TEST_CASE("server limits: for a new connection the one that waits longest for a header goes",
          "[http]") {
    ServerLimits limits = quick();
    const bool by_address = GENERATE(false, true);
    (by_address ? limits.connections_per_address : limits.connections) = 4;
    limits.header_time = limits.idle_time = limits.scrape_timeout = 10s;
    RunningServer server(limits);
    Client idle(server.address());
    CHECK(idle.get("/hello").status == 200);
    Client busy(server.address());
    busy.send(request("GET", "/slow"));
    Client silent(server.address());
    server.catch_up();
    Client half(server.address());
    half.send("GET /hello HT");
    server.catch_up();
    Client fifth(server.address());
    CHECK(fifth.get("/hello").status == 200);
    CHECK(silent.closed());
    Client sixth(server.address());
    CHECK(sixth.get("/hello").status == 200);
    CHECK(half.closed());
    CHECK(idle.get("/hello").status == 200);  // it has asked last of all: now the fifth is oldest
    Client seventh(server.address());
    CHECK(seventh.get("/hello").status == 200);
    CHECK(fifth.closed());
    CHECK(busy.receive().status == 200);
    CHECK(server.connections() == 4);
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

TEST_CASE("server limits: a reader that stops reading is cut", "[http]") {
    RunningServer server(quick());
    Client client(server.address());
    client.set_receive_buffer(4096);
    client.send(request("GET", "/big"));
    REQUIRE(server.settles_at(1));
    CHECK(time_of([&] { CHECK(server.settles_at(0)); }) < 1s);
    CHECK(client.receive().status == 0);
}

TEST_CASE("server limits: a reset in the middle of anything leaves nothing behind", "[http]") {
    RunningServer server(quick());
    const std::string part = GENERATE(
        std::string(), std::string("GET /he"), request("GET", "/big"), request("GET", "/slow"),
        request("GET", "/slow") + request("GET", "/big"), request("GET", "/hello"));
    for (int i = 0; i < 20; ++i) {
        Client client(server.address());
        client.send(part);
        if (i % 2 == 0) std::this_thread::sleep_for(2ms);
        client.reset();
    }
    CHECK(server.settles_at(0));
    Client good(server.address());
    CHECK(good.get("/hello").status == 200);
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
