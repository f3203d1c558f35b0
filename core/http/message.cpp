#include "core/http/message.hpp"

#include "core/base/text.hpp"

#include <cstdio>

namespace erp {
namespace {

constexpr std::string_view kNothing = "default-src 'none'; frame-ancestors 'none'";
constexpr std::string_view kOwnStyle =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

}  // namespace

Response text_response(unsigned status, std::string_view text) {
    return {status, "text/plain; charset=utf-8", printable(text) + '\n'};
}

std::vector<Header> all_headers(const Response& response) {
    const bool html = response.content_type.starts_with("text/html");
    std::vector<Header> headers{
        {"Date", http_date(std::chrono::system_clock::now())},
        {"Content-Type", response.content_type},
        {"Cache-Control", "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {"Content-Security-Policy", std::string(html ? kOwnStyle : kNothing)}};
    headers.insert(headers.end(), response.headers.begin(), response.headers.end());
    return headers;
}

std::string printable(std::string_view text, std::size_t longest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    const auto escape = [&](unsigned char byte) {
        out += "\\x";
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    };
    const std::string valid = to_label_value(text, longest);
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto byte = static_cast<unsigned char>(valid[i]);
        const auto next = static_cast<unsigned char>(i + 1 < valid.size() ? valid[i + 1] : '\0');
        if (byte == 0xC2 && next < 0xA0) {  // U+0080 to U+009F: terminals obey some of them
            escape(next);
            ++i;
        } else if ((byte < 0x20 && byte != '\n') || byte == 0x7F) {
            escape(byte);
        } else {
            out += valid[i];
        }
    }
    return out;
}

std::string http_date(std::chrono::system_clock::time_point at) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto midnight = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(midnight);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - midnight));
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  kDays[std::chrono::weekday(midnight).c_encoding()],
                  static_cast<unsigned>(date.day()),
                  kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

}  // namespace erp
