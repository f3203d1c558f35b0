#include "exporters/postgres/watchers/lock_history.hpp"

#include "core/base/other_label.hpp"
#include "exporters/postgres/watchers/lock_metrics.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace erp::postgres {
namespace {

constexpr std::array<double, 7> kBounds{0.5, 1, 5, 15, 60, 300, 900};
constexpr std::size_t kMostDurations = 50;    // databases with a histogram of their own
constexpr std::size_t kMostRelations = 2000;  // the page shows 50
constexpr double kEpisodeSeconds = 5;
/// Waits for rows and tables: of these a first wait is a rise from 0.
constexpr std::array<std::string_view, 3> kUsualTypes{"relation", "transactionid", "tuple"};

bool happened(const Blocking& blocking) {
    return blocking.waiting > 0;
}

}  // namespace

void LockHistory::know_databases(const std::vector<DatabaseName>& databases) {
    std::set<std::string> names{"", std::string(kOtherLabel)};
    std::map<std::uint32_t, Database> before = std::exchange(databases_, {});
    if (const auto none = before.find(0); none != before.end()) databases_.insert(*none);
    for (const auto& [oid, name] : databases) {
        Database& database = databases_[oid] = std::move(before[oid]);
        database.name = name;
        names.insert(name);
        totals_.try_emplace(name);
    }
    const auto gone = [&](const std::string& name) { return !names.contains(name); };
    std::erase_if(totals_, [&](const auto& entry) { return gone(entry.first); });
    std::erase_if(durations_, [&](const auto& entry) { return gone(entry.first); });
    std::erase_if(seconds_by_relation_, [&](const auto& entry) { return gone(entry.first.first); });
}

void LockHistory::name(std::uint32_t oid, const std::string& name) {
    Database& named = databases_[oid];
    if (named.name == name) return;
    for (auto& [other, database] : databases_) {
        if (database.name == name) database.name.reset();
    }
    named.name = name;
}

void LockHistory::add(const std::vector<NamedWait>& waits,
                      const BlockingForest& forest,
                      Clock::time_point at,
                      Duration longest) {
    const Duration step =
        previous_ ? std::clamp(at - *previous_, Duration::zero(), longest) : Duration::zero();
    for (const NamedWait& wait : waits) {
        const LockSession& session = *wait.session;
        name(session.datname.empty() ? 0 : session.datid, session.datname);
    }
    add_waits(waits, at, seconds(step));
    previous_ = at;
    count_episodes(forest);
    const auto traced = [](const NamedWait& wait) { return wait.session->wait->traced; };
    untraced_.add(static_cast<double>(waits.size()) -
                      static_cast<double>(std::ranges::count_if(waits, traced)),
                  at);
    recent_untraced_ = untraced_.at(at);
    for (auto& [oid, database] : databases_) {
        const Blocking now = database.name ? forest.of(*database.name) : Blocking();
        database.waiting.add(now.waiting, at);
        database.longest.add(now.longest_seconds, at);
        database.roots.add(now.roots, at);
        database.depth.add(now.depth, at);
        database.widest.add(now.widest_tree, at);
        database.now = now;
        database.recent = {database.waiting.at(at), database.longest.at(at), database.roots.at(at),
                           database.depth.at(at), database.widest.at(at)};
    }
}

void LockHistory::add_waits(const std::vector<NamedWait>& waits,
                            Clock::time_point at,
                            double step) {
    std::map<int, Current> ended = std::exchange(current_, {});
    const double since_previous = previous_ ? seconds(at - *previous_) : 0;
    for (const NamedWait& wait : waits) {
        const LockSession& session = *wait.session;
        totals_[session.datname].seconds_by_type[session.wait->locktype] += step;
        if (!wait.relation.empty()) {
            std::pair key(session.datname, wait.relation);
            const bool room = seconds_by_relation_.size() < kMostRelations;
            if (!room && !seconds_by_relation_.contains(key)) key = {std::string(kOtherLabel), ""};
            seconds_by_relation_[std::move(key)] += step;
        }
        // One that began after the previous sample is another wait than the one seen then.
        const auto before = ended.find(session.pid);
        if (before != ended.end() && session.wait->seconds >= since_previous) ended.erase(before);
        current_[session.pid] = {session.datname, session.wait->seconds};
    }
    for (const auto& [pid, wait] : ended)
        finish(wait);
}

void LockHistory::finish(const Current& wait) {
    const bool room = durations_.size() < kMostDurations || durations_.contains(wait.datname);
    Durations& durations = durations_[room ? wait.datname : std::string(kOtherLabel)];
    const auto* bound = std::ranges::lower_bound(kBounds, wait.seconds);
    if (bound != kBounds.end())
        ++durations.counts[static_cast<std::size_t>(bound - kBounds.begin())];
    ++durations.count;
    durations.sum += wait.seconds;
}

void LockHistory::count_episodes(const BlockingForest& forest) {
    for (auto& [root, episode] : episodes_)
        episode.seen = false;
    for (const BlockingForest::Root& root : forest.roots()) {
        Episode& episode = episodes_[{root.pid, root.datname}];
        episode.seen = true;
        if (episode.counted || root.longest_seconds < kEpisodeSeconds) continue;
        episode.counted = true;
        ++totals_[root.datname].episodes;
    }
    std::erase_if(episodes_, [](const auto& entry) { return !entry.second.seen; });
}

void LockHistory::show(Samples& samples, bool zero_fill) const {
    samples.count_since(since_);
    samples.add(kUntracedMax, recent_untraced_);
    for (const auto& [name, totals] : totals_) {
        for (const auto& [type, waited] : totals.seconds_by_type)
            samples.add(kWaitSeconds, waited, name, type);
        for (const std::string_view type : kUsualTypes) {
            const bool seen = totals.seconds_by_type.contains(std::string(type));
            if (zero_fill && !seen) samples.add(kWaitSeconds, 0, name, type);
        }
        if (zero_fill || totals.episodes > 0) samples.add(kEpisodes, totals.episodes, name);
    }
    for (const auto& [oid, database] : databases_) {
        if (!database.name) continue;
        const std::string& name = *database.name;
        const Blocking& now = database.now;
        const Blocking& recent = database.recent;
        if (!zero_fill && !happened(now) && !happened(recent)) continue;
        samples.add(kWaitingSessions, now.waiting, name);
        samples.add(kWaitLongest, now.longest_seconds, name);
        samples.add(kBlockingRoots, now.roots, name);
        samples.add(kTreeDepth, now.depth, name);
        samples.add(kTreeBlocked, now.widest_tree, name);
        samples.add(kWaitingSessionsMax, recent.waiting, name);
        samples.add(kWaitLongestMax, recent.longest_seconds, name);
        samples.add(kBlockingRootsMax, recent.roots, name);
        samples.add(kTreeDepthMax, recent.depth, name);
        samples.add(kTreeBlockedMax, recent.widest_tree, name);
    }
    for (const auto& [key, waited] : seconds_by_relation_)
        samples.add(kRelationWaitSeconds, waited, key.first, key.second);
    for (const auto& [name, durations] : durations_) {
        Distribution shown;
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < kBounds.size(); ++i) {
            below += durations.counts[i];
            shown.steps.push_back({kBounds[i], static_cast<double>(below)});
        }
        shown.sum = durations.sum;
        shown.count = durations.count;
        const std::string_view labels[] = {name};
        samples.add_distribution(kWaitDuration, std::move(shown), labels);
    }
}

}  // namespace erp::postgres
