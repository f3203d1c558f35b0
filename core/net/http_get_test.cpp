#include "core/net/http_get.hpp"

#include "core/net/fake_http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <exception>
#include <optional>

namespace erp {
namespace {

using namespace std::chrono_literals;

Result<HttpReply> get(const asio::ip::tcp::endpoint& server, Duration within = 10s) {
    asio::io_context io;
    std::optional<Result<HttpReply>> got;
    asio::co_spawn(io, http_get(server, "/web/health?a=1", Deadline::after(within)),
                   [&](const std::exception_ptr& failure, Result<HttpReply> reply) {
                       REQUIRE_FALSE(failure);
                       got = std::move(reply);
                   });
    io.run();
    REQUIRE(got);
    return std::move(*got);
}

Result<HttpReply> get_from(std::string reply, Duration within = 10s) {
    const FakeHttpServer server([&](const std::string&) { return reply; });
    return get(server.endpoint(), within);
}

TEST_CASE("http get: asks for the page and takes its status, cookies and body", "[net]") {
    std::string head;
    const FakeHttpServer server([&](const std::string& request) {
        head = request;
        return "HTTP/1.0 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: session_id=2\r\n"
               "Content-Length: 4\r\n\r\nbody";
    });
    const auto reply = get(server.endpoint());
    REQUIRE(reply.has_value());
    CHECK(reply->status == 200);
    CHECK(reply->cookies == "a=1; Path=/\nsession_id=2\n");
    CHECK(reply->body == "body");
    CHECK(head.starts_with("GET /web/health?a=1 HTTP/1.1\r\n"));
    const std::string host = "127.0.0.1:" + std::to_string(server.endpoint().port());
    CHECK(head.find("Host: " + host + "\r\n") != head.npos);
    CHECK(head.find("User-Agent: erp_exporter/") != head.npos);
    CHECK(head.find("Connection: close\r\n") != head.npos);
}

TEST_CASE("http get: takes a body that ends with the connection, or comes in chunks", "[net]") {
    CHECK(get_from("HTTP/1.0 200 OK\r\n\r\nall of it")->body == "all of it");
    CHECK(get_from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
              ->body == "abc");
    CHECK(get_from("HTTP/1.1 303 See Other\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")->status ==
          303);
}

TEST_CASE("http get: of an answer that is cut off behind its head, the head counts", "[net]") {
    const std::string head = "HTTP/1.1 404 Not Found\r\nSet-Cookie: session_id=1\r\n";
    const auto cut = get_from(head + "Content-Length: 10\r\n\r\nbody");
    REQUIRE(cut.has_value());
    CHECK(cut->status == 404);
    CHECK(cut->cookies == "session_id=1\n");
    REQUIRE(cut->cut.has_value());
    CHECK(cut->cut->phase == Phase::closed);
    const auto large = get_from(head + "\r\n" + std::string(100'000, 'x'));
    REQUIRE(large.has_value());
    CHECK(large->cookies == "session_id=1\n");
    CHECK(large->cut.has_value());
    const auto long_head = get_from("HTTP/1.1 200 OK\r\nX: " + std::string(9'000, 'x') +
                                    "\r\nSet-Cookie: session_id=1\r\nContent-Length: 0\r\n\r\n");
    REQUIRE(long_head.has_value());
    CHECK(long_head->cookies == "session_id=1\n");
    CHECK_FALSE(long_head->cut.has_value());
}

TEST_CASE("http get: says how it failed", "[net]") {
    CHECK(get_from("", 50ms).error().phase == Phase::timeout);
    CHECK(get_from("SSH-2.0-OpenSSH_9.2\r\n").error().phase == Phase::protocol);
    CHECK(get_from("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")->cut->phase == Phase::closed);
    CHECK(get_from("HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'x'))->cut->phase ==
          Phase::limit);
    CHECK(get_from("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')).error().phase ==
          Phase::limit);
    asio::io_context io;
    asio::ip::tcp::acceptor bound(io, asio::ip::tcp::v4());
    bound.bind({asio::ip::address_v4::loopback(), 0});  // and does not listen
    CHECK(get(bound.local_endpoint()).error().phase == Phase::refused);
}

}  // namespace
}  // namespace erp
