#pragma once

#include "core/http/query.hpp"
#include "core/net/asio.hpp"
#include "core/net/presence.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace erp {

enum class Method { get, head, post, other };

using Header = std::pair<std::string, std::string>;

/// What a handler may know of a request: no bytes that were not decoded and checked, except the two
/// Accept headers, which go through parsers. There is never a body.
struct Request {
    Request() = default;
    Request(Method how, std::string where) : method(how), path(std::move(where)) {}

    Method method = Method::get;
    std::string path = "/";
    Query query;
    std::string accept;           ///< repeated headers joined by commas
    std::string accept_encoding;  ///< the same
    /// X-Prometheus-Scrape-Timeout-Seconds if it is a positive number, as the client sent it.
    std::optional<double> scrape_timeout_seconds;
    std::shared_ptr<Presence> client;  ///< null: a client that does not go away
    std::string peer;                  ///< "192.0.2.1:40000" or "unix", for the log
};

/// Has constructors because aggregates may not be temporaries in a co_await expression, see
/// core/net/asio.hpp.
struct Response {
    Response() = default;
    Response(unsigned code, std::string type, std::string text)
        : status(code),
          content_type(std::move(type)),
          body(std::make_shared<const std::string>(std::move(text))) {}
    /// For a body that others share: it is sent without a copy and must not change.
    Response(unsigned code, std::string type, std::shared_ptr<const std::string> shared)
        : status(code), content_type(std::move(type)), body(std::move(shared)) {}

    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::shared_ptr<const std::string> body;  ///< null is empty
    /// Beyond those that the server adds: Content-Encoding, Allow, Vary.
    std::vector<Header> headers;
    /// Label of erp_exporter_http_requests_total{path}: a route of ours, never the client's text.
    std::string route = "other";
};

using RequestHandler = std::function<Awaitable<Response>(Request)>;

/// Plain text with a line end; control characters and invalid UTF-8 of `text` are made harmless.
[[nodiscard]] Response text_response(unsigned status, std::string_view text);

/// The response's own headers and those that every response has: date, type, nosniff, no-store and
/// a Content-Security-Policy under which nothing runs and nothing is loaded.
[[nodiscard]] std::vector<Header> all_headers(const Response& response);

/// Valid UTF-8 in which control characters other than the line feed are written as \xNN; cut at
/// `longest` bytes of the input.
[[nodiscard]] std::string printable(std::string_view text, std::size_t longest = 65536);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), in every locale.
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point at);

}  // namespace erp
