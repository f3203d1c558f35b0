#include "exporters/postgres/watchers/lock_waits.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace erp::postgres {
namespace {

// Everything here is readable without pg_monitor: pg_locks, and of pg_stat_activity pid and
// database. `since` is when a session began to wait.
std::string waiters_since(std::string_view since) {
    std::string statement =
        "SELECT w.pid, a.datname, "
        "greatest(0, extract(epoch FROM clock_timestamp() - w.since))::float8, "
        "CASE WHEN row_number() OVER (ORDER BY w.since) <= 64 "
        "THEN array_to_string(pg_blocking_pids(w.pid), ',') END FROM (SELECT l.pid, min(coalesce(";
    statement += since;
    statement +=
        ", clock_timestamp())) AS since FROM pg_locks l JOIN pg_stat_activity s ON s.pid = l.pid "
        "WHERE NOT l.granted GROUP BY l.pid) w JOIN pg_stat_activity a ON a.pid = w.pid "
        "WHERE a.datname IS NOT NULL LIMIT 5000";
    return statement;
}

}  // namespace

std::string_view waiters_statement(int server_version) {
    // waitstart may be NULL for a moment after the wait began.
    static const std::string before_14 = waiters_since("s.state_change");
    static const std::string current = waiters_since("l.waitstart");
    return server_version < 140000 ? before_14 : current;
}

Result<std::vector<Waiter>> to_waiters(const Rows& rows) {
    if (rows.columns() != 4) return Error{Phase::parse, "expected four columns"};
    std::vector<Waiter> waiters;
    for (int i = 0; i < rows.size(); ++i) {
        Waiter waiter;
        waiter.pid = static_cast<int>(to_int(rows.label(i, 0)).value_or(0));
        waiter.datname = rows.label(i, 1);
        waiter.seconds = rows.number(i, 2).value_or(0);
        for (const std::string_view pid : split(rows.label(i, 3), ',')) {
            if (const auto number = to_int(pid))
                waiter.blockers.push_back(static_cast<int>(*number));
        }
        waiters.push_back(std::move(waiter));
    }
    return waiters;
}

Samples lock_waits_samples(const LockState& state) {
    Samples samples;
    samples.count_since(state.counted_since);
    for (const auto& [name, database] : state.databases) {
        const Blocking& now = database.now;
        const Blocking& max = database.recent_max;
        samples.add(kWaitingSessions, now.waiting, name);
        samples.add(kWaitLongest, now.longest_seconds, name);
        samples.add(kBlockingRoots, now.roots, name);
        samples.add(kTreeDepth, now.depth, name);
        samples.add(kTreeBlocked, now.widest_tree, name);
        samples.add(kWaitingSessionsMax, max.waiting, name);
        samples.add(kWaitLongestMax, max.longest_seconds, name);
        samples.add(kBlockingRootsMax, max.roots, name);
        samples.add(kTreeDepthMax, max.depth, name);
        samples.add(kTreeBlockedMax, max.widest_tree, name);
        samples.add(kWaitSeconds, database.wait_seconds_total, name);
    }
    return samples;
}

void LockSampler::set_databases(const std::vector<std::string>& names) {
    const std::set<std::string> known(names.begin(), names.end());
    std::erase_if(databases_, [&](const auto& entry) { return !known.contains(entry.first); });
    for (const std::string& name : known)
        databases_.try_emplace(name);
}

LockState LockSampler::add(const std::vector<Waiter>& waiters,
                           Clock::time_point at,
                           Duration longest) {
    const Duration step =
        previous_ ? std::clamp(at - *previous_, Duration::zero(), longest) : Duration::zero();
    previous_ = at;
    const BlockingForest forest(waiters);
    for (const std::string& name : forest.databases())
        databases_.try_emplace(name);
    LockState state;
    state.counted_since = since_;
    for (auto& [name, database] : databases_) {
        const Blocking now = forest.of(name);
        database.waiting.add(now.waiting, at);
        database.longest.add(now.longest_seconds, at);
        database.roots.add(now.roots, at);
        database.depth.add(now.depth, at);
        database.widest.add(now.widest_tree, at);
        database.wait_seconds_total += now.waiting * seconds(step);
        LockState::Database& shown = state.databases[name];
        shown.now = now;
        shown.recent_max = {database.waiting.at(at), database.longest.at(at), database.roots.at(at),
                            database.depth.at(at), database.widest.at(at)};
        shown.wait_seconds_total = database.wait_seconds_total;
    }
    return state;
}

namespace {

class LockWatcher final : public Watcher {
  public:
    using Watcher::Watcher;

    [[nodiscard]] std::optional<Statement> next(const ServerState& state) override {
        return Statement{std::string(waiters_statement(state.version)), {}, true};
    }
    Result<void> take(const Result<Rows>& reply,
                      const ServerState& /*state*/,
                      Clock::time_point at) override {
        if (!reply) return reply.error();
        Result<std::vector<Waiter>> waiters = to_waiters(*reply);
        if (!waiters) return waiters.error();
        state_ = sampler_.add(*waiters, at, 3 * interval());
        return {};
    }
    void know_databases(const std::vector<std::string>& names) override {
        sampler_.set_databases(names);
    }
    [[nodiscard]] Samples samples() const override { return lock_waits_samples(state_); }

  private:
    LockSampler sampler_;
    LockState state_;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<LockWatcher>(interval);
}

}  // namespace

const Collector kLockWaits{
    .row = {.name = "lock_waits",
            .summary = "Sessions that wait for locks, who blocks them, and how long chains are.",
            .interval = std::chrono::seconds(1),
            .metrics = kLockWaitsMetrics},
    .watch = watch};

}  // namespace erp::postgres
