#pragma once

#include "core/scrape/recent_max.hpp"
#include "exporters/postgres/watchers/blocking.hpp"
#include "exporters/postgres/watchers/watcher.hpp"

#include <map>
#include <string>
#include <vector>

namespace erp::postgres {

namespace lock_waits {

constexpr Metric row(std::string_view name, std::string_view help, Unit unit = Unit::none) {
    return per_database({.name = name,
                         .help = help,
                         .labels = {"datname"},
                         .unit = unit,
                         .source = "lock sampler: pg_locks, pg_blocking_pids()"});
}

}  // namespace lock_waits

inline constexpr Metric kWaitingSessions = lock_waits::row(
    "pg_lock_waiting_sessions", "Sessions that wait for a lock, at the latest sample.");
inline constexpr Metric kWaitLongest = lock_waits::row(
    "pg_lock_wait_longest_seconds",
    "Longest current wait for a lock; before version 14 an upper bound from the last state change.",
    Unit::seconds);
inline constexpr Metric kBlockingRoots =
    lock_waits::row("pg_blocking_roots", "Sessions that block others and do not wait themselves.");
inline constexpr Metric kTreeDepth = lock_waits::row(
    "pg_blocking_tree_depth", "Length of the longest chain of sessions waiting for each other.");
inline constexpr Metric kTreeBlocked =
    lock_waits::row("pg_blocking_tree_blocked_sessions",
                    "Sessions that wait directly or indirectly for one root, for the widest root.");
inline constexpr Metric kWaitingSessionsMax = lock_waits::row(
    "pg_lock_waiting_sessions_recent_max", "Most sessions waiting for a lock in the last 60 s.");
inline constexpr Metric kWaitLongestMax =
    lock_waits::row("pg_lock_wait_longest_seconds_recent_max",
                    "Longest wait for a lock seen in the last 60 s.",
                    Unit::seconds);
inline constexpr Metric kBlockingRootsMax = lock_waits::row(
    "pg_blocking_roots_recent_max", "Most blocking roots at once in the last 60 s.");
inline constexpr Metric kTreeDepthMax = lock_waits::row(
    "pg_blocking_tree_depth_recent_max", "Longest chain of waiting sessions in the last 60 s.");
inline constexpr Metric kTreeBlockedMax = lock_waits::row(
    "pg_blocking_tree_blocked_sessions_recent_max", "Widest blocking root in the last 60 s.");
inline constexpr Metric kWaitSeconds =
    per_database({.name = "pg_lock_wait_seconds_total",
                  .type = Type::counter,
                  .help = "Time that sessions waited for locks, summed over sessions; its rate is "
                          "the average number "
                          "that waits, counted by this exporter since it started.",
                  .labels = {"datname"},
                  .unit = Unit::seconds,
                  .source = "lock sampler: pg_locks"});
inline constexpr const Metric* kLockWaitsMetrics[] = {
    &kWaitingSessions, &kWaitLongest,        &kBlockingRoots,  &kTreeDepth,
    &kTreeBlocked,     &kWaitingSessionsMax, &kWaitLongestMax, &kBlockingRootsMax,
    &kTreeDepthMax,    &kTreeBlockedMax,     &kWaitSeconds};
static_assert(broken_rule(kLockWaitsMetrics) == Rule::none);

/// Asks for waiting sessions only; of those, pg_blocking_pids() for the 64 that wait longest, since
/// it takes the lock manager for a moment.
[[nodiscard]] std::string_view waiters_statement(int server_version);
/// Rows: pid, datname, seconds, blockers as "1,2" or NULL.
[[nodiscard]] Result<std::vector<Waiter>> to_waiters(const Rows& rows);

/// What the sampler knows after a sample: one entry a database. Immutable once published.
struct LockState {
    struct Database {
        Blocking now;
        Blocking recent_max;
        double wait_seconds_total = 0;
    };
    std::map<std::string, Database> databases;
    double counted_since = 0;  ///< Unix time at which nothing had been counted yet
};
[[nodiscard]] Samples lock_waits_samples(const LockState& state);

/// Turns samples into LockState: maxima over 60 s and the integral of waiting sessions. One thread.
class LockSampler {
  public:
    /// All databases of the server; those that are gone are forgotten.
    void set_databases(const std::vector<std::string>& names);
    /// A sample taken at `at`; waiting counts from the previous sample on, for at most `longest` (a
    /// gap in sampling is not time waited).
    [[nodiscard]] LockState add(const std::vector<Waiter>& waiters,
                                Clock::time_point at,
                                Duration longest);

  private:
    struct Database {
        RecentMax waiting, longest, roots, depth, widest;
        double wait_seconds_total = 0;
    };
    std::map<std::string, Database> databases_;
    std::optional<Clock::time_point> previous_;
    const double since_ = unix_now();
};

extern const Collector kLockWaits;

}  // namespace erp::postgres
