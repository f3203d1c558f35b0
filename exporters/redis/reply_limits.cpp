#include "exporters/redis/reply_limits.hpp"

#include "core/base/number.hpp"

#include <algorithm>

namespace erp::redis {

namespace {

Error too_much(std::string_view what) {
    return {Phase::limit, std::string(what) + " of a reply is over the limit"};
}

Error malformed(std::string_view what) {
    return {Phase::protocol, std::string(what)};
}

}  // namespace

std::optional<Error> ReplyLimits::scan(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t taken = 0;
        if (skip_ > 0) {
            taken =
                static_cast<std::size_t>(std::min(skip_, static_cast<std::int64_t>(bytes.size())));
            skip_ -= static_cast<std::int64_t>(taken);
            bytes_ += static_cast<std::int64_t>(taken);
            if (skip_ == 0) end_item();
        } else {
            const std::size_t end = bytes.find('\n');
            const bool complete = end != std::string_view::npos;
            taken = complete ? end + 1 : bytes.size();
            line_.append(bytes.substr(0, taken));
            if (line_.size() > kLongestLine) return too_much("a line");
            bytes_ += static_cast<std::int64_t>(taken);
            if (complete) {
                if (auto error = take_line()) return error;
                line_.clear();
            }
        }
        if (bytes_ > kLargestReply) return too_much("the size");
        bytes.remove_prefix(taken);
    }
    return std::nullopt;
}

std::optional<Error> ReplyLimits::take_line() {
    // A bare CR or LF would make hiredis see other frames than we do.
    if (line_.size() < 3 || line_.find('\r') != line_.size() - 2) return malformed("bad line end");
    const char kind = line_.front();
    if (kind == '+' || kind == '-' || kind == ':') {
        end_item();
        return std::nullopt;
    }
    if (kind != '$' && kind != '*') return malformed("unknown kind of reply");
    const auto length = to_int(std::string_view(line_).substr(1, line_.size() - 3));
    if (!length || *length < -1) return malformed("bad length");
    if (kind == '*') return open_array(*length);
    if (*length > kLargestBulk) return too_much("a string");
    if (*length < 0) {
        end_item();
    } else {
        skip_ = *length + 2;
    }
    return std::nullopt;
}

std::optional<Error> ReplyLimits::open_array(std::int64_t elements) {
    if (elements <= 0) {
        end_item();
        return std::nullopt;
    }
    if (elements > kMostElements || elements_ + elements > kMostElements) {
        return too_much("the number of elements");
    }
    if (open_.size() == kDeepest) return too_much("the depth");
    elements_ += elements;
    open_.push_back(elements);
    return std::nullopt;
}

void ReplyLimits::end_item() {
    while (!open_.empty() && --open_.back() == 0)
        open_.pop_back();
    if (!open_.empty()) return;
    elements_ = 0;
    bytes_ = 0;
}

}  // namespace erp::redis
