#include "core/net/stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

namespace erp {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

/// Runs one coroutine to its end and gives its value.
template <class T>
Awaitable<> keep(Awaitable<T> task, std::shared_ptr<std::optional<T>> value) {
    value->emplace(co_await std::move(task));
}
template <class T>
T run(asio::io_context& io, Awaitable<T> task) {
    auto value = std::make_shared<std::optional<T>>();
    asio::co_spawn(io, keep(std::move(task), value), asio::detached);
    io.restart();
    while (!value->has_value() && io.run_one() > 0) {
    }
    REQUIRE(value->has_value());
    return std::move(**value);
}

using Connected = Result<std::unique_ptr<Stream>>;

Connected connected(asio::io_context& io, const std::string& text, Duration limit = 5s) {
    Resolver resolver;
    return run(io, Stream::connect(&resolver, *parse_stream_address(text), Deadline::after(limit)));
}

/// Listens on a free port of 127.0.0.1 and accepts only what the test takes.
struct Listener {
    explicit Listener(asio::io_context& io)
        : acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}
    tcp::acceptor acceptor;
    [[nodiscard]] std::string address() const {
        return "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    }
};

TEST_CASE("stream: what is written arrives, what is answered is read", "[net]") {
    asio::io_context io;
    Listener listener(io);
    Connected stream = connected(io, listener.address());
    REQUIRE(stream.has_value());
    tcp::socket peer = listener.acceptor.accept();
    REQUIRE(run(io, (*stream)->write("hello", Deadline::after(5s))).has_value());
    std::string got(5, '\0');
    asio::read(peer, asio::buffer(got));
    CHECK(got == "hello");
    asio::write(peer, asio::buffer(std::string("answer")));
    CHECK(*run(io, (*stream)->read_some(3, Deadline::after(5s))) == "ans");
    CHECK(*run(io, (*stream)->read_some(100, Deadline::after(5s))) == "wer");
}

TEST_CASE("stream: a unix socket is a stream like any other", "[net]") {
    const std::string path = "/tmp/erp_stream_test." + std::to_string(::getpid());
    ::unlink(path.c_str());
    asio::io_context io;
    asio::local::stream_protocol::acceptor acceptor(io, path);
    const Connected stream = connected(io, "unix:" + path);
    CHECK(stream.has_value());
    ::unlink(path.c_str());
    const Connected missing = connected(io, "unix:" + path);
    REQUIRE(missing.has_error());
    CHECK(missing.error().phase == Phase::refused);
}

TEST_CASE("stream: nobody listening is phase refused", "[net]") {
    asio::io_context io;
    std::string address;
    { address = Listener(io).address(); }
    const Connected stream = connected(io, address);
    REQUIRE(stream.has_error());
    CHECK(stream.error().phase == Phase::refused);
}

TEST_CASE("stream: a peer that says nothing costs the deadline, one that hangs up is phase closed",
          "[net]") {
    asio::io_context io;
    Listener listener(io);
    const Connected stream = connected(io, listener.address());
    REQUIRE(stream.has_value());
    tcp::socket peer = listener.acceptor.accept();
    const auto begun = Clock::now();
    const auto silent = run(io, (*stream)->read_some(10, Deadline::after(100ms)));
    REQUIRE(silent.has_error());
    CHECK(silent.error().phase == Phase::timeout);
    CHECK(Clock::now() - begun < 2s);
    peer.close();
    const auto ended = run(io, (*stream)->read_some(10, Deadline::after(5s)));
    REQUIRE(ended.has_error());
    CHECK(ended.error().phase == Phase::closed);
}

TEST_CASE("stream: a peer that takes nothing ends a write at the deadline", "[net]") {
    asio::io_context io;
    Listener listener(io);
    const Connected stream = connected(io, listener.address());
    REQUIRE(stream.has_value());
    const tcp::socket peer = listener.acceptor.accept();
    const auto stuck =
        run(io, (*stream)->write(std::string(64U << 20U, 'x'), Deadline::after(200ms)));
    REQUIRE(stuck.has_error());
    CHECK(stuck.error().phase == Phase::timeout);
}

TEST_CASE("stream: an endpoint that does not answer leaves time for the next", "[net]") {
    asio::io_context io;
    Listener silent(io);
    silent.acceptor.listen(0);
    // A full backlog drops further requests to connect: the way of a black hole, on loopback.
    std::vector<std::unique_ptr<tcp::socket>> fill;
    for (int i = 0; i < 8; ++i) {
        fill.push_back(std::make_unique<tcp::socket>(io, tcp::v4()));
        fill.back()->non_blocking(true);
        const tcp::endpoint to = silent.acceptor.local_endpoint();
        // Asio's own connect() would wait for the answer in spite of non_blocking().
        (void)::connect(fill.back()->native_handle(), to.data(), static_cast<socklen_t>(to.size()));
    }
    Listener good(io);
    const std::vector<Endpoint> both{silent.acceptor.local_endpoint(),
                                     good.acceptor.local_endpoint()};
    Resolver resolver([both](const StreamAddress&) -> Endpoints { return both; });
    const StreamAddress address = *parse_stream_address("two:1");
    const auto begun = Clock::now();
    const Connected stream = run(io, Stream::connect(&resolver, address, Deadline::after(2s)));
    const Duration took = Clock::now() - begun;
    CHECK(stream.has_value());
    CHECK(took >= 900ms);
    CHECK(took < 1800ms);
    const std::vector<Endpoint> one{both.front()};
    Resolver only([one](const StreamAddress&) -> Endpoints { return one; });
    const Connected none = run(io, Stream::connect(&only, address, Deadline::after(200ms)));
    REQUIRE(none.has_error());
    CHECK(none.error().phase == Phase::timeout);
}

TEST_CASE("stream: closing ends the operation that runs", "[net]") {
    asio::io_context io;
    Listener listener(io);
    const Connected stream = connected(io, listener.address());
    REQUIRE(stream.has_value());
    asio::steady_timer soon(io, 50ms);
    soon.async_wait([&stream](auto) { (*stream)->close(); });
    const auto ended = run(io, (*stream)->read_some(10, Deadline::after(5s)));
    REQUIRE(ended.has_error());
    CHECK(ended.error().phase == Phase::closed);
}

}  // namespace
}  // namespace erp
