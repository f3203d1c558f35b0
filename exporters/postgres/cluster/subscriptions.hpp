#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace subscriptions {

constexpr Metric row(std::string_view name,
                     std::string_view help,
                     std::string_view source,
                     Type type = Type::gauge,
                     LabelKeys labels = {"subname", "datname"}) {
    return per_database(
        {.name = name, .type = type, .help = help, .labels = labels, .source = source});
}

}  // namespace subscriptions

inline constexpr Metric kSubscriptionUp = subscriptions::row(
    "pg_subscription_worker_up",
    "Whether the subscription's apply worker runs; 0 also for a subscription that is disabled.",
    "pg_stat_subscription.pid");
inline constexpr Metric kSubscriptionEnabled = subscriptions::row(
    "pg_subscription_enabled",
    "Whether the subscription should run; with disable_on_error an error ends that.",
    "pg_subscription.subenabled");
inline constexpr Metric kSubscriptionLag = per_database(
    {.name = "pg_subscription_lag_bytes",
     .help =
         "WAL of the publisher that the worker has received since the publisher last said where "
         "it ends; what the worker has not received yet is known to the publisher's slot only. "
         "Absent without a worker.",
     .labels = {"subname", "datname"},
     .unit = Unit::bytes,
     .source = "pg_stat_subscription.received_lsn - latest_end_lsn"});
inline constexpr Metric kSubscriptionApplyErrors =
    subscriptions::row("pg_subscription_apply_errors_total",
                       "Errors while changes were applied.",
                       "pg_stat_subscription_stats.apply_error_count",
                       Type::counter);
inline constexpr Metric kSubscriptionSyncErrors =
    subscriptions::row("pg_subscription_sync_errors_total",
                       "Errors while tables were copied for the first time.",
                       "pg_stat_subscription_stats.sync_error_count",
                       Type::counter);
inline constexpr Metric kSubscriptionConflicts =
    subscriptions::row("pg_subscription_conflicts_total",
                       "Changes that met rows other than expected.",
                       "pg_stat_subscription_stats.confl_*",
                       Type::counter,
                       {"subname", "datname", "type"});
inline constexpr const Metric* kSubscriptionsMetrics[] = {
    &kSubscriptionUp,          &kSubscriptionEnabled,    &kSubscriptionLag,
    &kSubscriptionApplyErrors, &kSubscriptionSyncErrors, &kSubscriptionConflicts};
static_assert(broken_rule(kSubscriptionsMetrics) == Rule::none);

/// Rows: subname, database, worker runs as 0 or 1, enabled as 0 or 1, lag, apply errors, sync
/// errors, seven kinds of conflicts.
[[nodiscard]] Result<Samples> subscriptions_samples(const Rows& rows, const ServerState& state);
extern const Collector kSubscriptions;

}  // namespace erp::postgres
