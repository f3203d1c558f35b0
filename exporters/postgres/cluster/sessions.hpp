#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kSessions =
    per_database({.name = "pg_sessions",
                  .help = "Sessions of clients by state, our own apart; app is application_name "
                          "without its trailing number, _none without a name.",
                  .labels = {"datname", "state", "app"},
                  .source = "pg_stat_activity.state"});
inline constexpr Metric kSessionLongest = per_database(
    {.name = "pg_session_longest_seconds",
     .help = "Age of the oldest open transaction, idle_in_transaction or query of a client; "
             "active_without_progress is a query that waits for a lock, a buffer, its client or a "
             "synchronous standby, commit_for_standby one that waits for the last.",
     .labels = {"datname", "kind"},
     .unit = Unit::seconds,
     .source = "pg_stat_activity.xact_start, state_change, query_start",
     .fold = Fold::maximum});
inline constexpr Metric kSessionsOlder = per_database(
    {.name = "pg_sessions_older_than",
     .help = "Sessions whose kind, as in pg_session_longest_seconds, is older than the "
             "threshold; absent without one.",
     .labels = {"datname", "kind", "threshold"},
     .source = "pg_stat_activity.xact_start, state_change, query_start"});
inline constexpr const Metric* kSessionsMetrics[] = {&kSessions, &kSessionLongest, &kSessionsOlder};
static_assert(broken_rule(kSessionsMetrics) == Rule::none);

/// Who connects chooses his application's name.
inline constexpr Cap kSessionsCap{.most = 32, .weight = &kSessions, .labels = {"app"}};

/// Rows: "sessions", datname, state, app, count; "longest", datname, kind, NULL, seconds; "older",
/// datname, kind, threshold, count. Rows with another first word are left out.
[[nodiscard]] Result<Samples> sessions_samples(const Rows& rows, const ServerState& state);
extern const Collector kSessionsCollector;

}  // namespace erp::postgres
