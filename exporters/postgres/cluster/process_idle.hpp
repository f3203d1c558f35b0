#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kProcessIdle{
    .name = "pg_process_idle_seconds",
    .type = Type::histogram,
    .help = "How long the sessions that are idle now have been so, also in a transaction.",
    .labels = {"state", "application_name"},
    .unit = Unit::seconds,
    .source = "now() - pg_stat_activity.state_change"};
inline constexpr const Metric* kProcessIdleMetrics[] = {&kProcessIdle};
static_assert(broken_rule(kProcessIdleMetrics) == Rule::none);

/// Rows, those with most sessions first: state, application_name, sessions, sum of their seconds,
/// then how many are within each bucket. The first 100 applications keep their names.
[[nodiscard]] Result<Samples> process_idle_samples(const Rows& rows, const ServerState& state);
extern const Collector kProcessIdleCollector;

}  // namespace erp::postgres
