#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kAutovacuumStart{
    .name = "pg_stat_activity_autovacuum_timestamp_seconds",
    .help =
        "When autovacuum began with a table of this name, in Unix time; the earliest of "
        "namesakes in several databases.",
    .labels = {"relname"},
    .unit = Unit::seconds,
    .source = "pg_stat_activity.xact_start"};
inline constexpr const Metric* kAutovacuumMetrics[] = {&kAutovacuumStart};
static_assert(broken_rule(kAutovacuumMetrics) == Rule::none);

/// Rows: relname, start.
[[nodiscard]] Result<Samples> stat_activity_autovacuum_samples(const Rows& rows,
                                                               const ServerState& state);
extern const Collector kStatActivityAutovacuum;

}  // namespace erp::postgres
