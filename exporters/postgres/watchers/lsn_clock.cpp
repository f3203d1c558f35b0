#include "exporters/postgres/watchers/lsn_clock.hpp"

#include <algorithm>

namespace erp::postgres {
namespace {

constexpr std::size_t kThinEvery = 64;
constexpr int kShareOfAge = 120;  // how far apart points may be: a second at two minutes

}  // namespace

void LsnClock::add(Clock::time_point at, Lsn end) {
    while (!points_.empty() && points_.back().end > end)
        points_.pop_back();
    const std::size_t size = points_.size();
    const bool rests = size >= 2 && points_[size - 1].end == end && points_[size - 2].end == end;
    if (rests) {
        points_.back().at = at;
        return;
    }
    points_.push_back({at, end});
    if (++unthinned_ >= kThinEvery) thin_out(at);
}

void LsnClock::thin_out(Clock::time_point now) {
    unthinned_ = 0;
    // What is left out lies between two that are near each other, so that a position is dated
    // wrongly by less than a 120th of its age.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
        const Duration age = now - points_[i].at;
        const bool followed = i + 1 < points_.size();
        // The last point before the horizon stays: of a rest it is the begin.
        if (followed && now - points_[i + 1].at > kHorizon) continue;
        const bool between = kept > 0 && followed;
        if (between && points_[i + 1].at - points_[kept - 1].at <= age / kShareOfAge) continue;
        points_[kept++] = points_[i];
    }
    points_.resize(kept);
    if (kept > kMostPoints) {  // only if they come faster than was meant
        points_.erase(points_.begin(), points_.end() - static_cast<std::ptrdiff_t>(kMostPoints));
    }
}

std::optional<Duration> LsnClock::behind(Lsn reached, Clock::time_point now) const {
    if (points_.empty()) return std::nullopt;
    const auto beyond = std::ranges::upper_bound(points_, reached, {}, &Point::end);
    if (beyond == points_.end()) return Duration::zero();
    if (beyond == points_.begin()) return now - beyond->at;
    const Point& before = *(beyond - 1);
    const double share =
        static_cast<double>(reached - before.end) / static_cast<double>(beyond->end - before.end);
    const auto into = std::chrono::duration_cast<Duration>((beyond->at - before.at) * share);
    return now - (before.at + into);
}

std::optional<Lsn> LsnClock::end(Clock::time_point at) const {
    const auto after = std::ranges::upper_bound(points_, at, {}, &Point::at);
    if (after == points_.begin()) return std::nullopt;
    const Point& before = *(after - 1);
    if (after == points_.end()) return before.end;
    const double share = seconds(at - before.at) / seconds(after->at - before.at);
    return before.end + static_cast<Lsn>(share * static_cast<double>(after->end - before.end));
}

std::optional<Lsn> LsnClock::rest(Clock::time_point at) const {
    const auto after = std::ranges::upper_bound(points_, at, {}, &Point::at);
    if (after == points_.begin()) return std::nullopt;
    const auto before = after - 1;
    if (before != points_.begin() && (before - 1)->end != before->end) return std::nullopt;
    return before->end;
}

}  // namespace erp::postgres
