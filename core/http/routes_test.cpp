#include "core/http/routes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include <stdexcept>

namespace erp {
namespace {

Awaitable<Response> say_path(Request request) {
    co_return text_response(200, "at " + request.path);
}

Awaitable<Response> fail(Request /*request*/) {
    throw std::runtime_error("broken handler");
    co_return Response();
}

Router router() {
    std::vector<Router::Row> rows;
    rows.push_back({"/metrics", {Method::get}, say_path});
    rows.push_back({"/-/reload", {Method::post}, say_path});
    rows.push_back({"/broken", {Method::get, Method::post}, fail});
    return Router(std::move(rows));
}

Response answer(const Router& router, Method method, std::string path) {
    asio::io_context io;
    Response result;
    std::exception_ptr failure;
    asio::co_spawn(io, router(Request(method, std::move(path))),
                   [&](const std::exception_ptr& thrown, Response response) {
                       failure = thrown;
                       result = std::move(response);
                   });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return result;
}

std::string allow_of(const Response& response) {
    for (const auto& [name, value] : response.headers) {
        if (name == "Allow") return value;
    }
    return {};
}

TEST_CASE("routes: a handler answers for its path and names the route", "[http]") {
    const Response response = answer(router(), Method::get, "/metrics");
    CHECK(response.status == 200);
    CHECK(*response.body == "at /metrics\n");
    CHECK(response.route == "/metrics");
}

TEST_CASE("routes: HEAD goes where GET does", "[http]") {
    CHECK(answer(router(), Method::head, "/metrics").status == 200);
    CHECK(answer(router(), Method::head, "/-/reload").status == 405);
}

TEST_CASE("routes: an unknown path is 404 under the route 'other'", "[http]") {
    const std::string path = GENERATE("/", "/metric", "/metrics/", "/METRICS", "/../metrics");
    const Response response = answer(router(), Method::get, path);
    CHECK(response.status == 404);
    CHECK(response.route == "other");
    CHECK(response.content_type == "text/plain; charset=utf-8");
}

TEST_CASE("routes: a known path with another method is 405 and says what is allowed", "[http]") {
    const Response posted = answer(router(), Method::post, "/metrics");
    CHECK(posted.status == 405);
    CHECK(allow_of(posted) == "GET, HEAD");
    CHECK(posted.route == "/metrics");
    CHECK(allow_of(answer(router(), Method::get, "/-/reload")) == "POST");
    CHECK(allow_of(answer(router(), Method::other, "/broken")) == "GET, HEAD, POST");
}

TEST_CASE("routes: what a client wrote comes back short and without control characters", "[http]") {
    const Response response = answer(router(), Method::get, "/a\r\nb\x1b[31m\x7f\xc2\x9b\xff");
    CHECK(*response.body == "no such page: /a\\x0d\nb\\x1b[31m\\x7f\\x9b\xEF\xBF\xBD\n");
    CHECK(answer(router(), Method::get, "/" + std::string(8000, 'a')).body->size() < 300);
}

TEST_CASE("routes: a handler outlives the router that started it", "[http]") {
    asio::io_context io;
    unsigned status = 0;
    auto old = std::make_unique<Router>(router());
    asio::co_spawn(io, (*old)(Request(Method::get, "/metrics")),
                   [&](const std::exception_ptr& /*thrown*/, const Response& response) {
                       status = response.status;
                   });
    old.reset();
    io.run();
    CHECK(status == 200);
}

TEST_CASE("routes: a handler's exception reaches the server", "[http]") {
    CHECK_THROWS_AS(answer(router(), Method::get, "/broken"), std::runtime_error);
}

TEST_CASE("message: dates have the form of HTTP", "[http]") {
    const std::chrono::system_clock::time_point at{std::chrono::seconds(784111777)};
    CHECK(http_date(at) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("message: every response forbids sniffing, storing and scripts", "[http]") {
    const auto value = [](const Response& response, std::string_view name) {
        for (const auto& [key, text] : all_headers(response)) {
            if (key == name) return text;
        }
        return std::string();
    };
    const Response text = text_response(200, "x");
    const Response html(200, "text/html; charset=utf-8", std::string("x"));
    CHECK(value(text, "X-Content-Type-Options") == "nosniff");
    CHECK(value(text, "Cache-Control") == "no-store");
    CHECK(value(text, "Content-Security-Policy").find("unsafe") == std::string::npos);
    CHECK(value(html, "Content-Security-Policy").find("script") == std::string::npos);
    CHECK(value(html, "Content-Security-Policy").starts_with("default-src 'none'; style-src"));
}

}  // namespace
}  // namespace erp
