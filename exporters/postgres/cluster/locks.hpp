#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kLocksCount = per_database(
    {.name = "pg_locks_count",
     .help =
         "Locks in the database, held and awaited together, by mode; zero where there are none.",
     .labels = {"datname", "mode"},
     .source = "pg_locks.mode",
     .naming = Naming::compatible});
inline constexpr Metric kUngranted =
    per_database({.name = "pg_locks_ungranted_count",
                  .help = "Locks that are awaited in the database, by mode; only where there are.",
                  .labels = {"datname", "mode"},
                  .source = "pg_locks.granted",
                  .naming = Naming::compatible});  // named like pg_locks_count
inline constexpr Metric kAdvisoryHeld =
    per_database({.name = "pg_advisory_locks_held",
                  .help = "Advisory locks that sessions hold; only where there are.",
                  .labels = {"datname"},
                  .source = "pg_locks.locktype"});
inline constexpr Metric kExclusiveHeld = per_database(
    {.name = "pg_lock_access_exclusive_held_seconds",
     .help =
         "Age of the oldest transaction that holds an AccessExclusive lock on a table of users, "
         "which keeps even readers away; only where there is one. A table of its own that it has "
         "made "
         "in the transaction, temporary ones too, counts like any other.",
     .labels = {"datname"},
     .unit = Unit::seconds,
     .source = "pg_locks.mode, pg_stat_activity.xact_start"});
inline constexpr Metric kTableEntries{
    .name = "pg_lock_table_entries",
    .help =
        "Locks in the shared table, each as often as it is held or awaited, so that it is full "
        "no earlier than this says.",
    .source = "pg_locks.fastpath"};
inline constexpr Metric kTableCapacity{
    .name = "pg_lock_table_capacity",
    .help = "Locks that the shared table is made for; it has some room beyond.",
    .source = "max_locks_per_transaction * (max_connections + max_prepared_transactions)"};
inline constexpr const Metric* kLocksMetrics[] = {&kLocksCount,    &kUngranted,    &kAdvisoryHeld,
                                                  &kExclusiveHeld, &kTableEntries, &kTableCapacity};
static_assert(broken_rule(kLocksMetrics) == Rule::none);

/// Rows: datname (NULL in the one row about the shared table), what, two numbers. `what` is a mode
/// (count, awaited), NULL of a database without locks, `!advisory` (count), `!exclusive` (age), or
/// `!table` (entries, capacity). Those of a database come together.
[[nodiscard]] Result<Samples> locks_samples(const Rows& rows, const ServerState& state);
extern const Collector kLocks;

}  // namespace erp::postgres
