#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kOpenTransactions{
    .name = "pg_long_running_transactions",
    .help =
        "All open transactions of other sessions, however short; see "
        "pg_long_running_transactions_count for those that are long.",
    .source = "pg_stat_activity.xact_start",
    .naming = Naming::compatible};
inline constexpr Metric kOldestAsTimestamp{
    .name = "pg_long_running_transactions_oldest_timestamp_seconds",
    .help = "Age of the oldest of them, not a timestamp; 0 without one.",
    .unit = Unit::seconds,
    .source = "clock_timestamp() - pg_stat_activity.xact_start"};
/// The name under which the peer will count from its next release on.
inline constexpr Metric kTransactionsOlderThan{
    .name = "pg_long_running_transactions_count",
    .help = "Open transactions of other sessions that are at least so many seconds old.",
    .labels = {"threshold"},
    .source = "pg_stat_activity.xact_start",
    .naming = Naming::compatible};
inline constexpr Metric kOldestAge{
    .name = "pg_long_running_transactions_oldest_age_seconds",
    .help = "Age of the oldest open transaction of other sessions; absent without one.",
    .unit = Unit::seconds,
    .source = "clock_timestamp() - pg_stat_activity.xact_start"};
inline constexpr const Metric* kLongRunningMetrics[] = {&kOpenTransactions, &kOldestAsTimestamp,
                                                        &kTransactionsOlderThan, &kOldestAge};
static_assert(broken_rule(kLongRunningMetrics) == Rule::none);

/// One row: open transactions, age of the oldest or NULL, then how many reach each threshold.
[[nodiscard]] Result<Samples> long_running_samples(const Rows& rows, const ServerState& state);
extern const Collector kLongRunning;

}  // namespace erp::postgres
