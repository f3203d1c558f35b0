#include "core/net/resolve.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <thread>

namespace erp {
namespace {

using namespace std::chrono_literals;

Awaitable<> ask(Resolver* resolver,
                StreamAddress address,
                Deadline deadline,
                std::shared_ptr<std::optional<Endpoints>> answer) {
    *answer = co_await resolver->resolve(address, deadline);
}

Endpoints resolved(asio::io_context& io, Resolver& resolver, const std::string& text, Duration d) {
    const Result<StreamAddress> address = parse_stream_address(text);
    REQUIRE(address.has_value());
    auto answer = std::make_shared<std::optional<Endpoints>>();
    asio::co_spawn(io, ask(&resolver, *address, Deadline::after(d), answer), asio::detached);
    io.restart();
    io.run();
    REQUIRE(answer->has_value());
    return **answer;
}

/// A resolver of the system that answers when the test lets it.
struct Gate {
    std::binary_semaphore open{0};
    std::atomic<int> asked{0};
    std::atomic<int> answered{0};
};

Resolver::LookUp through(const std::shared_ptr<Gate>& gate) {
    return [gate](const StreamAddress&) -> Endpoints {
        ++gate->asked;
        gate->open.acquire();
        std::vector<Endpoint> one{asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 7)};
        ++gate->answered;
        return one;
    };
}

TEST_CASE("resolve: an address has a host and a port, or a socket's path", "[net]") {
    CHECK(parse_stream_address("cache1:6379")->host == "cache1");
    CHECK(parse_stream_address("[fd00::2]:6380")->host == "fd00::2");
    CHECK(parse_stream_address("[fd00::2]:6380")->port == "6380");
    CHECK(parse_stream_address("unix:/run/redis.sock")->path == "/run/redis.sock");
    for (const char* wrong : {"", "cache1", ":6379", "cache1:", "cache1:0", "cache1:65536",
                              "cache1:http", "fd00::2:6379", "unix:", "[]:1", "a:-1"}) {
        CAPTURE(wrong);
        CHECK(parse_stream_address(wrong).has_error());
    }
    CHECK(parse_stream_address("unix:/" + std::string(106, 'p')).has_value());
    CHECK(parse_stream_address("unix:/" + std::string(107, 'p')).has_error());
}

TEST_CASE("resolve: numbers and paths ask nobody", "[net]") {
    asio::io_context io;
    Resolver resolver([](const StreamAddress&) -> Endpoints { throw std::logic_error("asked"); });
    CHECK(resolved(io, resolver, "127.0.0.1:80", 1s)->size() == 1);
    CHECK(resolved(io, resolver, "[::1]:80", 1s)->front().protocol().family() == AF_INET6);
    CHECK(resolved(io, resolver, "unix:/x", 1s)->front().protocol().family() == AF_UNIX);
}

TEST_CASE("resolve: a name of the hosts file has an endpoint, a wrong one is phase resolve",
          "[net]") {
    asio::io_context io;
    Resolver resolver;
    CHECK_FALSE(resolved(io, resolver, "localhost:80", 5s)->empty());
    Resolver other;
    const Endpoints none = resolved(io, other, "no.such.name.invalid:80", 5s);
    REQUIRE(none.has_error());
    CHECK(none.error().phase == Phase::resolve);
}

TEST_CASE(
    "resolve: a resolver that hangs costs the deadline, is asked once, and its late answer "
    "serves the next call",
    "[net]") {
    asio::io_context io;
    const auto gate = std::make_shared<Gate>();
    Resolver resolver(through(gate));
    for (int i = 0; i < 3; ++i) {
        const auto begun = Clock::now();
        const Endpoints late = resolved(io, resolver, "cache1:80", 50ms);
        REQUIRE(late.has_error());
        CHECK(late.error().phase == Phase::resolve);
        CHECK(Clock::now() - begun < 2s);
    }
    gate->open.release();
    CHECK(resolved(io, resolver, "cache1:80", 5s)->size() == 1);
    CHECK(gate->asked == 1);
    gate->open.release();
    CHECK(resolved(io, resolver, "cache1:80", 5s)->size() == 1);
    CHECK(gate->asked == 2);
}

TEST_CASE("resolve: an answer after the end of the I/O thread touches nothing of it", "[net]") {
    const auto gate = std::make_shared<Gate>();
    {
        Resolver resolver(through(gate));
        auto answer = std::make_shared<std::optional<Endpoints>>();
        asio::io_context io;
        const StreamAddress address = *parse_stream_address("cache1:80");
        asio::co_spawn(io, ask(&resolver, address, Deadline::after(1h), answer), asio::detached);
        io.poll();
    }
    gate->open.release();
    while (gate->answered == 0)
        std::this_thread::yield();
    std::this_thread::sleep_for(20ms);  // for the thread to look whether somebody waits
}

}  // namespace
}  // namespace erp
