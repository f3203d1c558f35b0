#include "exporters/odoo/log/recording.hpp"

#include <catch2/catch.hpp>

using namespace erp::odoo;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

Read request(const std::string& tail) {
    return Read(
        "2026-11-22 04:02:33,066 22561 INFO acme werkzeug: 203.0.113.10 - - "
        "[22/Nov/2026 04:02:33] " +
        tail + "\n");
}

}  // namespace

TEST_CASE("a request has its method, path, status and three numbers") {
    const Read read = request("\"POST /web/dataset/call_kw?x=1 HTTP/1.1\" 200 - 36 0.035 1.014");
    CHECK(read.event.kind == EventKind::request);
    CHECK(read.event.method == "POST");
    CHECK(read.event.path == "/web/dataset/call_kw?x=1");
    CHECK(read.event.status == 200);
    CHECK(read.event.queries == 36);
    CHECK(read.event.sql == 35 * kMillisecond);
    CHECK(read.event.python == 1014 * kMillisecond);
    CHECK(read.event.duration == 1049 * kMillisecond);
    CHECK(read.event.cursor == CursorMode::none);
}

TEST_CASE("a static file of 14 and 15 is a request without numbers") {
    const Read read = request("\"GET /web/static/src/a.png HTTP/1.1\" 304 - - - -");
    CHECK(read.event.kind == EventKind::request);
    CHECK(read.event.status == 304);
    CHECK_FALSE(read.event.queries.has_value());
    CHECK_FALSE(read.event.duration.has_value());
}

TEST_CASE("where there is a read replica, a request tells what its cursor was") {
    CHECK(request("\"GET / HTTP/1.1\" 200 - 1 0.001 0.002 rw").event.cursor == CursorMode::rw);
    CHECK(request("\"GET / HTTP/1.1\" 200 - 1 0.001 0.002 ro").event.cursor == CursorMode::ro);
    const Read read = request("\"GET / HTTP/1.1\" 200 - 1 0.001 0.002 ro->rw");
    CHECK(read.event.cursor == CursorMode::ro_rw);
    CHECK(read.event.duration == 3 * kMillisecond);
    CHECK(request("\"GET / HTTP/1.1\" 200 - - - -").event.cursor == CursorMode::none);
}

TEST_CASE("colours of 14 and 15 in a request line change nothing") {
    const Read read = request("\"\x1b[37mGET /web HTTP/1.1\x1b[0m\" 200 - 5 0.004 0.010");
    CHECK(read.event.kind == EventKind::request);
    CHECK(read.event.path == "/web");
    CHECK(read.event.queries == 5);
}

TEST_CASE("a path cannot pretend to be another request") {
    const Read read =
        request("\"GET /a\" 500 - 9 9.000 9.000 [x] \"POST /b HTTP/1.1\" 404 - 1 0.001 0.002");
    CHECK(read.event.status == 404);
    CHECK(read.event.queries == 1);
    CHECK(read.event.method == "GET");
}

TEST_CASE("what was not HTTP is a bad request, and its access line no request") {
    const Read read(
        "2026-11-22 04:02:34,668 22558 ERROR acme werkzeug: 127.0.0.1 - - [22/Nov/2026 04:02:34] "
        "code 400, message Bad request syntax ('GARBAGE') - - -\n");
    CHECK(read.event.kind == EventKind::bad_request);
    const Read in14 = request("\"GARBAGE\" HTTPStatus.BAD_REQUEST - - - -");
    CHECK(in14.event.kind == EventKind::garbage_request);
    CHECK_FALSE(in14.event.status.has_value());
    const Read in17 = request("\"GARBAGE\" 400 - - - -");
    CHECK(in17.event.kind == EventKind::garbage_request);
    CHECK(in17.event.status == 400);
}

TEST_CASE("14 and 15 write what a page raised behind its request, with its class") {
    const Read read(
        "2026-11-22 04:02:55,948 22557 ERROR acme werkzeug: Error on request:\n"
        "Traceback (most recent call last):\n"
        "  File \"serving.py\", line 323, in run_wsgi\n"
        "odoo.exceptions.UserError: no - - -\n");
    CHECK(read.event.kind == EventKind::rpc_error);
    CHECK(read.event.error == RpcError::error);
    CHECK(read.event.behind);
    CHECK(read.event.exception == "odoo.exceptions.UserError");
}

TEST_CASE("a request of the gevent port has bytes and the life of its connection") {
    const Read read = Read(
        "2026-11-22 00:57:44,100 7 INFO acme longpolling: 127.0.0.1 - - [2026-11-22 00:57:44] "
        "\"GET /websocket?version=1 HTTP/1.1\" 303 430 0.018318 \n");
    CHECK(read.event.kind == EventKind::gevent_request);
    CHECK(read.event.path == "/websocket?version=1");
    CHECK(read.event.status == 303);
    CHECK(read.event.bytes == 430);
    CHECK(read.event.duration == 18'318'000);
}

TEST_CASE("records of odoo.http are errors of requests by what they say") {
    const auto error = [](const std::string& level, const std::string& text) {
        const Read read = erp::odoo::read(level, "odoo.http", text);
        return read.event.kind == EventKind::rpc_error ? std::string(to_string(read.event.error))
                                                       : "none";
    };
    CHECK(error("ERROR", "Exception during JSON request handling.") == "error");  // 14, 15
    CHECK(error("ERROR", "Exception during request handling.") == "error");       // 16+
    CHECK(error("WARNING", "Access Denied") == "access");
    CHECK(error("WARNING", "Too many login failures, please wait a bit.") == "access");
    CHECK(error("WARNING", "You cannot ship an order.") == "user");
    CHECK(error("WARNING", "404 Not Found: The requested URL was not found") == "http");
    CHECK(error("INFO", "Session expired") == "session");
    CHECK(
        read("WARNING", "odoo.http", "Database or registry unusable, trying without").event.kind ==
        EventKind::database_unusable);
    for (const std::string notice :
         {"<function odoo.addons.website.controllers.main.index> called ignoring args {'fbclid'}",
          "<function odoo.addons.web.x> defined with invalid routing parameter 'method', assuming "
          "'methods'",
          "No CSRF validation token provided for path '/x'", "CSRF validation failed on path '/x'",
          "Logged into database 'acme', but dbfilter rejects it; logging session out.",
          "The endpoint odoo.addons.x.y is not decorated by @route(), decorating it myself."}) {
        CAPTURE(notice);
        CHECK(error("WARNING", notice) == "none");
    }
    CHECK(error("WARNING", "The endpoint of the carrier does not answer.") == "user");
    CHECK(error("INFO", "HTTP Configuring static files") == "none");
    // A package from 20 on, as its development shows.
    CHECK(read("ERROR", "odoo.http.dispatcher", "x").event.kind == EventKind::rpc_error);
}
