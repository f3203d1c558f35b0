#pragma once

#include "exporters/postgres/collector.hpp"

/// What the lock sampler shows.
namespace erp::postgres {

namespace lock_metrics {

inline constexpr std::string_view kSource = "lock sampler: pg_locks, pg_blocking_pids()";

constexpr Metric row(std::string_view name,
                     std::string_view help,
                     Unit unit = Unit::none,
                     LabelKeys labels = {"datname"}) {
    return per_database(
        {.name = name, .help = help, .labels = labels, .unit = unit, .source = kSource});
}

constexpr Metric total(std::string_view name,
                       std::string_view help,
                       Unit unit = Unit::none,
                       LabelKeys labels = {"datname"}) {
    Metric metric = row(name, help, unit, labels);
    metric.type = Type::counter;
    return metric;
}

inline constexpr LabelKeys kClass{"datname", "app", "usename", "root_state"};

}  // namespace lock_metrics

inline constexpr Metric kWaitingSessions = lock_metrics::row(
    "pg_lock_waiting_sessions", "Sessions that wait for a lock, at the latest sample.");
inline constexpr Metric kWaitLongest = lock_metrics::row(
    "pg_lock_wait_longest_seconds",
    "Longest current wait for a lock; before version 14 an upper bound from the last state change, "
    "for the server's own processes a lower one from when this exporter saw it first.",
    Unit::seconds);
inline constexpr Metric kBlockingRoots = lock_metrics::row(
    "pg_blocking_roots",
    "Sessions that block others and do not wait themselves, behind which are any of the 64 that "
    "wait longest, by the database of those that wait; of a deadlock that is not resolved yet one "
    "of its sessions, and all prepared transactions of a database together count as one.");
inline constexpr Metric kTreeDepth = lock_metrics::row(
    "pg_blocking_tree_depth",
    "Length of the longest chain of sessions waiting for each other, among the 64 that wait "
    "longest.");
inline constexpr Metric kTreeBlocked = lock_metrics::row(
    "pg_blocking_tree_blocked_sessions",
    "Sessions that wait directly or indirectly for one root, for the widest, among the 64 that "
    "wait longest; all prepared transactions of a database together are one root.");
inline constexpr Metric kWaitingSessionsMax = lock_metrics::row(
    "pg_lock_waiting_sessions_recent_max", "Most sessions waiting for a lock in the last 60 s.");
inline constexpr Metric kWaitLongestMax =
    lock_metrics::row("pg_lock_wait_longest_seconds_recent_max",
                      "Longest wait for a lock seen in the last 60 s.",
                      Unit::seconds);
inline constexpr Metric kBlockingRootsMax =
    lock_metrics::row("pg_blocking_roots_recent_max",
                      "Most blocking roots at once in the last 60 s, see pg_blocking_roots.");
inline constexpr Metric kTreeDepthMax = lock_metrics::row(
    "pg_blocking_tree_depth_recent_max",
    "Longest chain of waiting sessions in the last 60 s, see pg_blocking_tree_depth.");
inline constexpr Metric kTreeBlockedMax = lock_metrics::row(
    "pg_blocking_tree_blocked_sessions_recent_max",
    "Widest blocking root in the last 60 s, see pg_blocking_tree_blocked_sessions.");
inline constexpr Metric kUntracedMax{
    .name = "pg_blocking_untraced_sessions_recent_max",
    .help =
        "Most sessions in the last 60 s that waited beyond the 64 of a sample whose blockers are "
        "asked for; above 0 all pg_blocking families say less than there is.",
    .source = lock_metrics::kSource};

inline constexpr Metric kWaitingByType =
    lock_metrics::row("pg_lock_waiting_sessions_by_type",
                      "Sessions that wait, by what they wait for, as pg_locks names it.",
                      Unit::none,
                      {"datname", "locktype"});
inline constexpr Metric kWaitSeconds = lock_metrics::total(
    "pg_lock_wait_seconds_total",
    "Time that sessions waited for locks, summed over sessions; its rate is the average number "
    "that waits, counted by this exporter since it started.",
    Unit::seconds,
    {"datname", "locktype"});
inline constexpr Metric kWaitDuration =
    per_database({.name = "pg_lock_wait_duration_seconds",
                  .type = Type::histogram,
                  .help = "Waits for locks that ended, by how long they had lasted when last seen; "
                          "of databases that had any, counted by this exporter since it started.",
                  .labels = {"datname"},
                  .unit = Unit::seconds,
                  .source = lock_metrics::kSource});
inline constexpr Metric kEpisodes = lock_metrics::total(
    "pg_blocking_episodes_total",
    "Times that a session began to keep others, of the 64 that wait longest, waiting for 5 s or "
    "more, by the database of those that wait, counted by this exporter since it started.");

inline constexpr Metric kRootSessions = lock_metrics::row(
    "pg_blocking_root_sessions",
    "Sessions, of the 64 that wait longest, that wait directly or indirectly, by their database "
    "and the application, role and state of the root that they wait for, which may be of another "
    "database; root_state prepared is prepared transactions.",
    Unit::none,
    lock_metrics::kClass);
inline constexpr Metric kRootTransactionAge = [] {
    Metric metric = lock_metrics::row("pg_blocking_root_transaction_age_seconds",
                                      "Age of the oldest transaction among the roots of a kind, "
                                      "see pg_blocking_root_sessions.",
                                      Unit::seconds, lock_metrics::kClass);
    metric.fold = Fold::maximum;
    return metric;
}();
inline constexpr Metric kEdges = lock_metrics::row(
    "pg_blocking_edges",
    "Pairs of a session that waits, one of the 64 that wait longest, and one that "
    "it waits for, by application.",
    Unit::none,
    {"datname", "blocker_app", "waiter_app"});
inline constexpr Metric kRootInfo = [] {
    Metric metric = lock_metrics::row(
        "pg_blocking_root_info",
        "The five roots with the most sessions of a database behind them of those that keep one "
        "waiting for more than 30 s; always 1. Relation and mode are what that session wants.",
        Unit::none,
        {"datname", "pid", "usename", "app", "client_addr", "state", "relation", "mode"});
    metric.type = Type::info;
    return metric;
}();

inline constexpr Metric kWaitingByRelation = lock_metrics::row(
    "pg_lock_waiting_sessions_by_relation",
    "Sessions that wait for a table or one of its rows; `unresolved` where it is not known.",
    Unit::none,
    {"datname", "relation", "mode"});
inline constexpr Metric kRelationWaitSeconds = lock_metrics::total(
    "pg_lock_wait_relation_seconds_total",
    "Time that sessions waited for a table or one of its rows, summed over sessions, counted by "
    "this exporter since it started.",
    Unit::seconds,
    {"datname", "relation"});

inline constexpr const Metric* kLockWaitsMetrics[] = {
    &kWaitingSessions, &kWaitLongest,       &kBlockingRoots,       &kTreeDepth,
    &kTreeBlocked,     &kWaitingByType,     &kWaitSeconds,         &kWaitDuration,
    &kEpisodes,        &kRootSessions,      &kRootTransactionAge,  &kEdges,
    &kRootInfo,        &kWaitingByRelation, &kRelationWaitSeconds, &kWaitingSessionsMax,
    &kWaitLongestMax,  &kBlockingRootsMax,  &kTreeDepthMax,        &kTreeBlockedMax,
    &kUntracedMax};
static_assert(broken_rule(kLockWaitsMetrics) == Rule::none);

// Who connects chooses his application's name, and who creates tables theirs.
inline constexpr Cap kEdgesCap{
    .most = 20, .weight = &kEdges, .labels = {"blocker_app", "waiter_app"}, .within = "datname"};
inline constexpr Cap kRelationsCap{.most = 50,
                                   .weight = &kRelationWaitSeconds,
                                   .labels = {"datname", "relation"},
                                   .also = &kEdgesCap};
inline constexpr Cap kRootsCap{.most = 20,
                               .weight = &kRootSessions,
                               .labels = {"app", "usename", "root_state"},
                               .within = "datname",
                               .also = &kRelationsCap};

}  // namespace erp::postgres
