#pragma once

#include "core/base/number.hpp"
#include "core/http/message.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/system/result.hpp>

#include <cmath>
#include <optional>
#include <string>
#include <utility>

/// Between Beast's messages and ours. Only session.cpp includes it: Beast costs some 20 s of
/// compile time.
namespace erp {

namespace http = boost::beast::http;
using boost::system::error_code;
using Parser = http::request_parser<http::empty_body>;
using Wire = http::response<http::span_body<const char>>;

inline Method method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
            return Method::get;
        case http::verb::head:
            return Method::head;
        case http::verb::post:
            return Method::post;
        default:
            return Method::other;
    }
}

inline std::string joined(const Parser::value_type& message, http::field name) {
    std::string text;
    const auto [first, last] = message.equal_range(name);
    for (auto field = first; field != last; ++field) {
        if (field != first) text += ',';
        text += std::string_view(field->value().data(), field->value().size());
    }
    return text;
}

/// The request as handlers see it, or the status and the reason to refuse it.
inline boost::system::result<Request, Response> to_request(const Parser& parser,
                                                           const std::string& peer) {
    const auto& message = parser.get();
    if (parser.chunked() || parser.content_length().value_or(0) > 0) {
        return text_response(413, "requests have no body here");
    }
    // Whatever it names, bytes follow whose end is not known (RFC 9112 6.3); taken for a request,
    // they would be one that a proxy before us has not seen.
    if (message.count(http::field::transfer_encoding) > 0) {
        return text_response(400, "Transfer-Encoding is not taken: requests have no body here");
    }
    if (message.version() > 10 && message.count(http::field::host) != 1) {
        return text_response(400, "exactly one Host header is required");  // RFC 9112 3.2
    }
    auto target = parse_target({message.target().data(), message.target().size()});
    if (!target) return text_response(400, target.error().text);
    Request request(method_of(message.method()), std::move(target->path));
    request.query = std::move(target->query);
    request.accept = joined(message, http::field::accept);
    request.accept_encoding = joined(message, http::field::accept_encoding);
    const auto timeout = message["X-Prometheus-Scrape-Timeout-Seconds"];
    const auto seconds = to_double({timeout.data(), timeout.size()});
    if (seconds && std::isfinite(*seconds) && *seconds > 0)
        request.scrape_timeout_seconds = seconds;
    request.peer = peer;
    return request;
}

/// What to say to a client whose header could not be read; nothing when it went away or never
/// began.
inline std::optional<Response> refusal(const error_code& error, bool begun) {
    if (error == asio::error::operation_aborted) {
        if (begun) return text_response(408, "the request header took too long");
        return std::nullopt;
    }
    if (error == http::error::end_of_stream || error == http::error::partial_message)
        return std::nullopt;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return text_response(431, "the request header is too large");
    }
    if (error == http::error::body_limit) return text_response(413, "requests have no body here");
    if (error.category() == make_error_code(http::error::bad_method).category()) {
        return text_response(400, "this is not HTTP/1: " + error.message());
    }
    return std::nullopt;
}

/// Points into the response's body.
inline Wire to_wire(const Response& response, Method method, unsigned version, bool keep_alive) {
    Wire wire;
    wire.version(version);
    wire.result(response.status);
    for (const auto& [name, value] : all_headers(response))
        wire.set(name, value);
    wire.keep_alive(keep_alive);
    wire.content_length(response.body ? response.body->size() : 0);
    if (response.body && method != Method::head) {
        wire.body() = {response.body->data(), response.body->size()};
    }
    return wire;
}

}  // namespace erp
