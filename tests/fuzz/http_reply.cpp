#include "core/net/http_reply.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace {

/// The reply, in pieces of this size, after which the server closes; nothing: none that is sound.
std::optional<erp::HttpReply> read(std::string_view bytes, std::size_t step) {
    namespace http = boost::beast::http;
    erp::HttpReplyParser parser;
    parser.eager(true);  // as async_read() has it
    std::string unread;
    boost::system::error_code error;
    while (!bytes.empty() && !parser.is_done()) {
        const std::string_view part = bytes.substr(0, step);
        bytes.remove_prefix(part.size());
        unread += part;
        unread.erase(0, parser.put(boost::asio::buffer(unread), error));
        if (error && error != http::error::need_more) return std::nullopt;
    }
    if (parser.got_some() && !parser.is_done()) {
        parser.put_eof(error);
        if (error) return std::nullopt;
    }
    if (!parser.is_done()) return std::nullopt;
    return parser.reply();
}

}  // namespace

// A server's reply to a probe: it must not matter in which pieces it arrives. Beast 1.81 asserts,
// where NDEBUG is not set, that of an only chunk "0\r\n" that comes alone two bytes more come at
// once.
ERP_FUZZ(bytes) {
    const auto whole = read(bytes, std::max<std::size_t>(bytes.size(), 1));
    const auto stepwise = read(bytes, 1);
    ERP_HOLDS(whole.has_value() == stepwise.has_value());
    if (!whole) return;
    ERP_HOLDS(whole->status == stepwise->status);
    ERP_HOLDS(whole->cookies == stepwise->cookies);
    ERP_HOLDS(whole->body == stepwise->body);
    ERP_HOLDS(whole->status < 1000);
    ERP_HOLDS(whole->body.size() + whole->cookies.size() <= bytes.size());
}
