#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace stat_activity {

constexpr Metric grouped(std::string_view name,
                         std::string_view help,
                         std::string_view source,
                         Fold fold) {
    return per_database({.name = name,
                         .help = help,
                         .labels = {"datname", "state", "usename", "application_name",
                                    "backend_type", "wait_event_type", "wait_event"},
                         .source = source,
                         .naming = Naming::compatible,
                         .fold = fold});
}

}  // namespace stat_activity

inline constexpr Metric kActivityCount = stat_activity::grouped(
    "pg_stat_activity_count",
    "Sessions in this state, our own apart; application names without their trailing number.",
    "pg_stat_activity.state",
    Fold::sum);
inline constexpr Metric kActivityMaxTx = stat_activity::grouped(
    "pg_stat_activity_max_tx_duration",
    "Seconds since the oldest open transaction of these sessions began; 0 without one.",
    "now() - pg_stat_activity.xact_start",
    Fold::maximum);
inline constexpr const Metric* kStatActivityMetrics[] = {&kActivityCount, &kActivityMaxTx};
static_assert(broken_rule(kStatActivityMetrics) == Rule::none);

/// Of each database; who connects chooses his application's name.
inline constexpr Cap kActivityCap{
    .most = 100,
    .weight = &kActivityCount,
    .labels = {"application_name", "usename", "backend_type", "wait_event_type", "wait_event"},
    .within = "datname"};

/// Rows ordered by database: datname, state or NULL, usename, application_name, backend_type,
/// wait_event_type, wait_event, count, age of the oldest transaction or NULL.
[[nodiscard]] Result<Samples> stat_activity_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatActivity;

}  // namespace erp::postgres
