#include "core/http/wire.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

namespace {

/// The parser takes the header in pieces of this size; whether it is whole and sound then.
bool read(std::string_view bytes, std::size_t step, erp::Parser& parser) {
    parser.header_limit(8192);
    parser.body_limit(0);
    std::string unread;
    while (!bytes.empty() && !parser.is_header_done()) {
        const std::string_view part = bytes.substr(0, step);
        bytes.remove_prefix(part.size());
        unread += part;
        erp::error_code error;
        const std::size_t taken = parser.put(boost::asio::buffer(unread), error);
        unread.erase(0, taken);
        if (error && error != erp::http::error::need_more) return false;
    }
    return parser.is_header_done();
}

}  // namespace

// The head of a request: it must not matter in which pieces it arrives, and what is made of it is
// sound or refused.
ERP_FUZZ(bytes) {
    erp::Parser whole;
    const bool good = read(bytes, std::max<std::size_t>(bytes.size(), 1), whole);
    erp::Parser stepwise;
    ERP_HOLDS(read(bytes, 1, stepwise) == good);
    if (!good) return;
    const auto request = erp::to_request(whole, "192.0.2.1");
    ERP_HOLDS(erp::to_request(stepwise, "192.0.2.1").has_value() == request.has_value());
    if (!request) {
        ERP_HOLDS(request.error().status >= 400 && request.error().status < 500);
        return;
    }
    ERP_HOLDS(!request->path.empty() && request->path.front() == '/');
    if (const auto seconds = request->scrape_timeout_seconds)
        ERP_HOLDS(std::isfinite(*seconds) && *seconds > 0);
}
