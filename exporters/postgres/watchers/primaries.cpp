#include "exporters/postgres/watchers/primaries.hpp"

#include <algorithm>

namespace erp::postgres {

void Primaries::saw(
    const void* watcher, const Origin& origin, Lsn end, Clock::time_point at, Duration fresh) {
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = primaries_.try_emplace(watcher);
    Primary& primary = entry->second;
    if (is_new || primary.origin.system != origin.system) {
        std::erase_if(by_system_, [&](const auto& other) { return other.second == &primary; });
        by_system_.emplace(origin.system, &primary);
        primary.clock.clear();
    }
    primary.origin = origin;
    primary.clock.add(at, end);
    primary.at = at;
    primary.fresh = fresh;
}

void Primaries::forget(const void* watcher) {
    const std::lock_guard lock(mutex_);
    const auto entry = primaries_.find(watcher);
    if (entry == primaries_.end()) return;
    std::erase_if(by_system_, [&](const auto& other) { return other.second == &entry->second; });
    primaries_.erase(entry);
}

std::optional<Primaries::Behind> Primaries::behind(const Origin& standby,
                                                   Lsn reached,
                                                   Clock::time_point at) const {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const auto [first, last] = by_system_.equal_range(standby.system);
    // One that is silent has not been replaced by a copy of it that was promoted.
    std::optional<int> nearest;
    for (auto entry = first; entry != last; ++entry) {
        const int timeline = entry->second->origin.timeline;
        if (timeline >= standby.timeline) nearest = std::min(nearest.value_or(timeline), timeline);
    }
    std::optional<Behind> least;
    for (auto entry = first; entry != last; ++entry) {
        const Primary& primary = *entry->second;
        if (primary.origin.timeline != nearest || now - primary.at > primary.fresh) continue;
        const auto end = primary.clock.end(at);
        const auto time = primary.clock.behind(reached, at);
        if (!end || !time) continue;
        // What follows a rest may have been written after the standby was looked at: who had all
        // that was there before is not behind.
        const auto rest = primary.clock.rest(at);
        const Behind found = rest && reached >= *rest
                                 ? Behind{}
                                 : Behind{static_cast<double>(std::max<Lsn>(*end - reached, 0)),
                                          std::max(*time, Duration::zero())};
        if (!least || found.bytes < least->bytes) least = found;
    }
    return least;
}

Primaries& primaries() {
    // Never destroyed: a watcher whose server hangs may outlive main().
    static auto& all = *new Primaries;
    return all;
}

}  // namespace erp::postgres
