#include "exporters/traefik/log/clf_line.hpp"

#include "exporters/traefik/log/request_target.hpp"
#include "exporters/traefik/log/timestamp.hpp"

#include <string.h>

#include <charconv>

namespace erp::traefik {
namespace {

/// Takes the last column off, with the blank before it: `"text"` without its quotes, or a bare
/// word.
/// "-" is empty.
std::optional<std::string_view> take_column(std::string_view& line) {
    std::string_view column;
    std::size_t begin = 0;
    if (line.ends_with('"')) {
        const void* quote = ::memrchr(line.data(), '"', line.size() - 1);
        if (quote == nullptr) return std::nullopt;
        begin = static_cast<std::size_t>(static_cast<const char*>(quote) - line.data());
        column = line.substr(begin + 1, line.size() - begin - 2);
    } else {
        const void* blank = ::memrchr(line.data(), ' ', line.size());
        if (blank == nullptr) return std::nullopt;
        begin = static_cast<std::size_t>(static_cast<const char*>(blank) - line.data()) + 1;
        column = line.substr(begin);
    }
    if (begin == 0 || line[begin - 1] != ' ') return std::nullopt;
    line = line.substr(0, begin - 1);
    return column == "-" ? std::string_view() : column;
}

/// Up to the next blank, which goes too.
std::optional<std::string_view> take_word(std::string_view& text) {
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(blank + 1);
    return word;
}

template <typename Number>
ParseReason read_number(std::string_view digits, std::optional<Number>& number) {
    Number value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range || digits.starts_with('-'))
        return ParseReason::out_of_range;
    if (error != std::errc() || end != digits.data() + digits.size()) return ParseReason::clf_shape;
    number = value;
    return ParseReason::none;
}

/// The place of `[time] "` in a line: what stands before it, the time between the brackets, and
/// what follows the quote.
struct Anchor {
    std::string_view head;
    std::string_view time;  ///< "-": dropped by the configuration
    std::string_view request;
};

/// `bracket` is the place of a ']'.
std::optional<Anchor> anchor_at(std::string_view line, std::size_t bracket) {
    if (line.substr(bracket, 3) != "] \"") return std::nullopt;
    const std::string_view request = line.substr(bracket + 3);
    if (bracket > kClfTimeSize && line[bracket - kClfTimeSize - 1] == '[') {
        const std::string_view time = line.substr(bracket - kClfTimeSize, kClfTimeSize);
        if (time[2] == '/' && time[6] == '/' && time[11] == ':' && time[20] == ' ')
            return Anchor{line.substr(0, bracket - kClfTimeSize - 1), time, request};
    }
    if (bracket >= 2 && line.substr(bracket - 2, 2) == "[-")
        return Anchor{line.substr(0, bracket - 2), "-", request};
    return std::nullopt;
}

/// The next ']' of `line` from the right, before `end`; npos: none.
std::size_t bracket_before(std::string_view line, std::size_t end) {
    const void* found = ::memrchr(line.data(), ']', end);
    return found == nullptr
               ? std::string_view::npos
               : static_cast<std::size_t>(static_cast<const char*>(found) - line.data());
}

/// `head` is what stands before the time: `client - user `. Both may be texts of the client's, the
/// first as a list that ends with an address. Where it cannot be told where the client ends nobody
/// is named.
std::string_view client_of(std::string_view head) {
    constexpr std::string_view kUser = " - ";
    constexpr std::string_view kNobody = " - - ";
    const std::size_t end =
        head.ends_with(kNobody) ? head.size() - kNobody.size() : head.rfind(kUser);
    if (end == std::string_view::npos) return {};
    const std::string_view client = head.substr(0, end);
    if (client.find(kUser) != std::string_view::npos) return {};
    return client == "-" ? std::string_view() : client;
}

/// `GET /path HTTP/1.1" 200 512 "referer" "agent"`. A path and a protocol hold no blanks, a method
/// neither blanks nor quotes.
ParseReason read_request(const Anchor& anchor, Entry& entry) {
    std::string_view rest = anchor.request;
    const auto method = take_word(rest);
    const auto path = take_word(rest);
    const std::size_t quote = rest.find("\" ");
    if (!method || !path || method->empty() || method->find('"') != std::string_view::npos ||
        quote == std::string_view::npos)
        return ParseReason::clf_shape;
    const std::string_view protocol = rest.substr(0, quote);
    rest.remove_prefix(quote + 2);
    const auto status = take_word(rest);
    const auto size = take_word(rest);
    // Then two more columns, which clients fill.
    if (protocol.find(' ') != std::string_view::npos || !status || !size || rest.size() < 3)
        return ParseReason::clf_shape;
    const auto known = [](std::string_view text) { return text == "-" ? "" : text; };
    entry.client = client_of(anchor.head);
    entry.method = known(*method);
    entry.path = known(without_query(*path));
    entry.protocol = known(protocol);
    if (*status == "-") return ParseReason::missing_status;
    ParseReason reason = read_number(*status, entry.status);
    if (reason == ParseReason::none && *entry.status > 999) reason = ParseReason::out_of_range;
    if (reason == ParseReason::none && *size != "-")
        reason = read_number(*size, entry.response_bytes);
    if (reason == ParseReason::none && entry.response_bytes.value_or(0) > kLargestBody)
        reason = ParseReason::out_of_range;
    if (reason != ParseReason::none || anchor.time == "-") return reason;
    entry.start = to_unix_time_clf(anchor.time);
    return entry.start ? ParseReason::none : ParseReason::bad_time;
}

/// Whether another request stands in what is in front of the last one: in a client's address, which
/// a trusted proxy passed on, or, where quotes are plain, the genuine one itself.
bool holds_request(std::string_view head) {
    for (std::size_t at = head.find(']'); at != std::string_view::npos;
         at = head.find(']', at + 1)) {
        Entry entry;
        const auto anchor = anchor_at(head, at);
        if (anchor && read_request(*anchor, entry) != ParseReason::clf_shape) return true;
    }
    return false;
}

}  // namespace

std::optional<ClfQuotes> to_clf_quotes(std::string_view word) {
    if (word == "detect") return ClfQuotes::unknown;
    if (word == "escaped") return ClfQuotes::escaped;
    if (word == "plain") return ClfQuotes::plain;
    return std::nullopt;
}

ParseReason ClfLine::parse_request(std::string_view line, Entry& entry) const {
    constexpr std::size_t kNone = std::string_view::npos;
    const bool from_left = quotes_ == ClfQuotes::plain;
    ParseReason reason = ParseReason::clf_shape;
    for (std::size_t at = from_left ? line.find(']') : bracket_before(line, line.size());
         at != kNone; at = from_left ? line.find(']', at + 1) : bracket_before(line, at)) {
        const auto anchor = anchor_at(line, at);
        if (!anchor) continue;
        reason = read_request(*anchor, entry);
        if (reason == ParseReason::clf_shape) continue;
        if (quotes_ == ClfQuotes::unknown && holds_request(anchor->head))
            return ParseReason::ambiguous;
        break;
    }
    return reason;
}

ParseReason ClfLine::parse_common(std::string_view line, Entry& entry) const {
    entry = {};
    if (!line.ends_with("ms")) return ParseReason::clf_shape;
    line.remove_suffix(2);
    const auto milliseconds = take_column(line);
    const auto url = take_column(line);
    const auto router = take_column(line);
    const auto number = take_column(line);
    if (!milliseconds || !url || !router || !number) return ParseReason::clf_shape;
    constexpr std::int64_t kMillisecond = 1'000'000;
    ParseReason reason = read_number(*milliseconds, entry.duration);
    if (reason == ParseReason::none && *entry.duration > kLongestRequest / kMillisecond)
        reason = ParseReason::out_of_range;
    if (reason == ParseReason::none && !number->empty())
        reason = read_number(*number, entry.number);
    if (reason != ParseReason::none) return reason;
    *entry.duration *= kMillisecond;
    entry.router = *router;
    entry.server = authority(*url);
    return parse_request(line, entry);
}

ParseReason ClfLine::parse_generic(std::string_view line, Entry& entry) const {
    entry = {};
    entry.router_known = entry.server_known = false;
    if (!line.ends_with('"') && !line.ends_with(" -")) return ParseReason::clf_shape;
    return parse_request(line, entry);
}

bool begins_like_clf(std::string_view line) {
    // An escape begins the colours of Traefik's own log.
    std::size_t end = line.find(" - ");
    if (end == std::string_view::npos || end == 0) return false;
    const std::string_view addresses = line.substr(0, end);
    for (std::size_t at = 0; (at = addresses.find(' ', at)) != std::string_view::npos; ++at) {
        if (at == 0 || addresses[at - 1] != ',') return false;
    }
    return addresses.front() != '\x1b';
}

}  // namespace erp::traefik
