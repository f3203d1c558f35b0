#include "core/net/http_get.hpp"

#include "core/net/http_reply.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <sstream>
#include <utility>

namespace erp {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

/// The kernel of this host answers at once, unless the queue of the listener is full.
constexpr Duration kConnect = std::chrono::seconds(5);

/// `otherwise`: of an error that is none of the connection's usual ends.
Error error_of(const beast::error_code& error, Phase otherwise) {
    if (error == beast::error::timeout) return {Phase::timeout, "no answer in time"};
    if (error == asio::error::connection_refused) return {Phase::refused, error.message()};
    if (error == http::error::body_limit || error == http::error::header_limit)
        return {Phase::limit, error.message()};
    if (error == http::error::end_of_stream || error == http::error::partial_message ||
        error == asio::error::connection_reset || error == asio::error::broken_pipe ||
        error == asio::error::eof) {
        return {Phase::closed, error.message()};
    }
    return {otherwise, error.message()};
}

http::request<http::empty_body> request_of(const asio::ip::tcp::endpoint& server,
                                           const std::string& target) {
    std::ostringstream host;
    host << server;  // [::1]:8069
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, host.str());
    request.set(http::field::user_agent, "erp_exporter/" ERP_VERSION);
    request.set(http::field::accept, "*/*");
    request.keep_alive(false);
    return request;
}

}  // namespace

Awaitable<Result<HttpReply>> http_get(asio::ip::tcp::endpoint server,
                                      std::string target,
                                      Deadline deadline) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    beast::tcp_stream stream(executor);
    stream.expires_at(deadline.at_most(kConnect).at());
    const auto [refused] = co_await stream.async_connect(server, kAsTuple);
    if (refused) co_return error_of(refused, Phase::connect);
    stream.expires_at(deadline.at());
    const http::request<http::empty_body> request = request_of(server, target);
    const auto [unsent, sent] = co_await http::async_write(stream, request, kAsTuple);
    if (unsent) co_return error_of(unsent, Phase::closed);
    beast::flat_buffer buffer;
    HttpReplyParser parser;
    const auto [failed, size] = co_await http::async_read(stream, buffer, parser, kAsTuple);
    if (failed && !parser.is_header_done()) co_return error_of(failed, Phase::protocol);
    HttpReply reply = parser.reply();
    if (failed == http::error::body_limit) {
        reply.cut = Error{Phase::limit, "the body is longer than 64 KiB"};
    } else if (failed) {
        reply.cut = error_of(failed, Phase::protocol);
    }
    co_return reply;
}

}  // namespace erp
