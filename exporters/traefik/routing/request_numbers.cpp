#include "exporters/traefik/routing/request_numbers.hpp"

#include <algorithm>
#include <utility>

namespace erp::traefik {
namespace {

/// StartUTC and RequestCount are taken one after the other, so that neighbours may be swapped by
/// as long as a goroutine waits between the two.
constexpr std::int64_t kSwapped = 1'000'000'000;

/// Steps into which the settle window is divided.
constexpr int kSteps = 60;

/// No Traefik counts that far; a number beyond it is not one.
constexpr std::uint64_t kHighestNumber = std::uint64_t{1} << 53U;

/// In the year 2116; what is later is no time.
constexpr std::int64_t kLatest = std::int64_t{1} << 62U;

/// Two starts have the same with a chance of 1 in 4 billion.
std::uint32_t tag_of(std::int64_t start) {
    const std::uint64_t mixed = static_cast<std::uint64_t>(start) * 0x9E3779B97F4A7C15;
    return std::max(static_cast<std::uint32_t>(mixed >> 32U), std::uint32_t{1});
}

}  // namespace

Seen RequestNumbers::see(std::optional<std::uint64_t> number,
                         std::optional<std::int64_t> start_ns,
                         std::int64_t now_ns) {
    settle(std::clamp<std::int64_t>(now_ns, 0, kLatest));
    if (!number || *number == 0 || *number > kHighestNumber) return Seen::fresh;
    if (!start_ns || *start_ns <= 0 || *start_ns > kLatest) return Seen::fresh;
    if (tags_.empty()) {  // what came before this object is not missed
        begin_run(*number - 1, 0);
    } else if (*start_ns <= began_after_) {
        return Seen::fresh;  // of an earlier run
    } else if (is_new_run(*number, *start_ns)) {
        missing_ += window_.settle(window_.highest(), unseen_);
        ++resets_;
        begin_run(0, std::min(latest_start_, *start_ns - 1));
    } else if (*number + kTags > window_.highest() && *number <= window_.highest() &&
               tag(*number) != 0) {
        return Seen::duplicate;  // with another start it were of a new run
    }
    take(*number, *start_ns);
    note_passed();
    return Seen::fresh;
}

bool RequestNumbers::is_new_run(std::uint64_t number, std::int64_t start) const {
    if (number > window_.highest()) return false;
    if (number + kTags > window_.highest() && tag(number) != 0) return tag(number) != tag_of(start);
    if (number > window_.base() && window_.seen(number)) return start > latest_start_;
    return start > latest_start_ + kSwapped;
}

void RequestNumbers::begin_run(std::uint64_t base, std::int64_t began_after) {
    window_ = NumberWindow(base);
    tags_.assign(kTags, 0);
    unseen_.clear();
    passed_.clear();
    began_after_ = began_after;
    latest_start_ = began_after;
}

void RequestNumbers::take(std::uint64_t number, std::int64_t start) {
    latest_start_ = std::max(latest_start_, start);
    const std::uint64_t highest = window_.highest();
    if (number > highest) {
        // The places of those that are passed are of numbers long ago.
        for (std::uint64_t n = std::max(highest + 1, number - std::min(number, kTags - 1));
             n < number; ++n)
            tag(n) = 0;
    }
    if (number + kTags > window_.highest()) tag(number) = tag_of(start);
    if (number <= window_.base()) {
        const auto found = std::ranges::lower_bound(unseen_, number);
        if (found == unseen_.end() || *found != number) return;
        unseen_.erase(found);
        ++late_;
        return;
    }
    if (number - window_.base() > NumberWindow::kMost) {
        missing_ += window_.settle(number - NumberWindow::kMost, unseen_);
    }
    window_.mark(number);
}

void RequestNumbers::settle(std::int64_t now) {
    const std::int64_t window = std::chrono::nanoseconds(settle_).count();
    if (now < now_ - window) {  // the clock was set back
        for (Passed& passed : passed_)
            passed.time = now;
        now_ = now;
    }
    now_ = std::max(now_, now);
    while (!passed_.empty() && now_ - passed_.front().time >= window + window / kSteps) {
        missing_ += window_.settle(std::max(passed_.front().highest, window_.base()), unseen_);
        passed_.pop_front();
    }
}

void RequestNumbers::note_passed() {
    const std::int64_t step = std::chrono::nanoseconds(settle_).count() / kSteps;
    const std::uint64_t highest = window_.highest();
    if (!passed_.empty() && now_ - passed_.back().time < step) {
        passed_.back().highest = highest;
    } else if (passed_.empty() || highest > passed_.back().highest) {
        passed_.push_back({now_, highest});
    }
}

void RequestNumbers::save(std::string& out) const {
    for (const std::uint64_t value : {missing_, late_, resets_})
        tail::put(out, value);
    for (const std::int64_t value : {began_after_, latest_start_, now_})
        tail::put(out, static_cast<std::uint64_t>(value));
    window_.save(out);
    tail::put(out, std::uint64_t{unseen_.size()});
    for (const std::uint64_t number : unseen_)
        tail::put(out, number);
    tail::put(out, std::uint64_t{passed_.size()});
    for (const Passed& passed : passed_) {
        tail::put(out, static_cast<std::uint64_t>(passed.time));
        tail::put(out, passed.highest);
    }
    // Two tags a number, only of those that there are.
    const std::uint64_t tags = tags_.empty() ? 0 : std::min(kTags, window_.highest());
    tail::put(out, tags);
    for (std::uint64_t i = 0; i < tags; i += 2) {
        const std::uint64_t at = window_.highest() - i;
        const std::uint64_t second = i + 1 < tags ? tag(at - 1) : 0;
        tail::put(out, tag(at) | second << 32U);
    }
}

bool RequestNumbers::restore(tail::ByteReader& in) {
    RequestNumbers made(settle_);
    for (std::uint64_t* const value : {&made.missing_, &made.late_, &made.resets_})
        *value = in.number();
    for (std::int64_t* const value : {&made.began_after_, &made.latest_start_, &made.now_})
        *value = static_cast<std::int64_t>(in.number());
    bool good = made.window_.restore(in);
    for (std::uint64_t left = in.count(); left > 0; --left)
        made.unseen_.push_back(in.number());
    for (std::uint64_t left = in.count(); left > 0; --left) {
        const auto time = static_cast<std::int64_t>(in.number());
        made.passed_.push_back({time, in.number()});
    }
    const std::uint64_t tags = in.number();
    good = good && tags <= std::min(kTags, made.window_.highest());
    if (good && tags > 0) made.tags_.assign(kTags, 0);
    for (std::uint64_t i = 0; good && i < tags; i += 2) {
        const std::uint64_t at = made.window_.highest() - i;
        const std::uint64_t two = in.number();
        made.tag(at) = static_cast<std::uint32_t>(two);
        if (i + 1 < tags) made.tag(at - 1) = static_cast<std::uint32_t>(two >> 32U);
    }
    for (const std::int64_t time : {made.began_after_, made.latest_start_, made.now_})
        good = good && time >= 0 && time <= kLatest;
    for (const Passed& passed : made.passed_)
        good = good && passed.time >= 0 && passed.time <= kLatest;
    good = good && in.ok() && made.unseen_.size() <= NumberWindow::kMostMissing &&
           std::ranges::is_sorted(made.unseen_);
    *this = good ? std::move(made) : RequestNumbers(settle_);
    return good;
}

}  // namespace erp::traefik
