#pragma once

#include "core/net/http_get.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <utility>

/// Between Beast's replies and ours. Only http_get.cpp includes it: Beast costs some 20 s of
/// compile time.
namespace erp {

/// Takes a body of 64 KiB at most, and Beast's 8 KiB of a head.
class HttpReplyParser
    : public boost::beast::http::response_parser<boost::beast::http::string_body> {
  public:
    HttpReplyParser() { body_limit(kMostBytes); }

    /// Of one that is done; takes its body.
    [[nodiscard]] HttpReply reply() {
        namespace http = boost::beast::http;
        HttpReply reply;
        reply.status = get().result_int();
        const auto [first, last] = get().equal_range(http::field::set_cookie);
        for (auto field = first; field != last; ++field) {
            const auto text = field->value();
            reply.cookies.append(text.data(), text.size()).push_back('\n');
        }
        reply.body = std::move(get().body());
        return reply;
    }

  private:
    static constexpr std::size_t kMostBytes = std::size_t{64} << 10;
};

}  // namespace erp
