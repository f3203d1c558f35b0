#include "core/http/server_fixture.hpp"

#include <catch2/catch.hpp>

#include <deque>

namespace erp {
namespace {

using namespace http_test;

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
    limits.header_time = 3s;
    limits.connections_per_address = 200;
    RunningServer server(limits);
    std::deque<Client> clients;
    for (int i = 0; i < 100; ++i)
        clients.emplace_back(server.address()).send("GET /hello HTTP/1.1\r\nX: ");
    Client good(server.address());
    CHECK(time_of([&] { CHECK(good.get("/hello").status == 200); }) < 2s);
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

TEST_CASE("server limits: a reader that stops reading is cut", "[http]") {
    RunningServer server(quick());
    Client client(server.address());
    client.set_receive_buffer(4096);
    client.send(request("GET", "/big"));
    REQUIRE(server.settles_at(1));
    CHECK(time_of([&] { CHECK(server.settles_at(0)); }) < 1s);
    CHECK(client.receive().status == 0);
}

TEST_CASE("server limits: a reader has as long as the timeout that it names", "[http]") {
    RunningServer server(quick());
    Client client(server.address());
    client.send(request("GET", "/big", "X-Prometheus-Scrape-Timeout-Seconds: 30\r\n"));
    REQUIRE(server.settles_at(1));
    CHECK_FALSE(server.settles_at(0));
    CHECK(client.receive().status == 200);
}

TEST_CASE("server limits: a client that is gone is not answered", "[http]") {
    const SocketFile file;
    ServerLimits limits = quick();
    limits.scrape_timeout = 10s;
    RunningServer server(limits, {"127.0.0.1:0", file.address});
    const bool local = GENERATE(false, true);
    const bool half_closed_first = GENERATE(false, true);
    {
        Client client(server.addresses()[local ? 1 : 0]);
        client.send(request("GET", "/hang"));
        server.catch_up();
        if (half_closed_first) client.half_close();
        server.catch_up();
        CHECK(server.connections() == 1);
        if (!local) client.reset();
    }
    CHECK(server.settles_at(0));
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

}  // namespace
}  // namespace erp
