#pragma once

#include "core/net/http_get.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <utility>

/// Between Beast's replies and ours. Only http_get.cpp includes it: Beast costs some 20 s of
/// compile time.
namespace erp {

/// Takes a head and a body of 64 KiB each at most.
class HttpReplyParser
    : public boost::beast::http::response_parser<boost::beast::http::string_body> {
  public:
    HttpReplyParser() {
        header_limit(kMostBytes);
        body_limit(kMostBytes);
    }

    /// Of one whose head is done; takes its body, as far as it has come.
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
    static constexpr std::uint32_t kMostBytes = 64U << 10U;
};

}  // namespace erp
