#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kProgressOperations = per_database(
    {.name = "pg_progress_operations",
     .help = "Long operations that run now: basebackup, create_index, analyze, cluster and, since "
             "version 14, copy, whose phase is its command.",
     .labels = {"operation", "datname", "phase"},
     .source = "pg_stat_progress_{basebackup,create_index,analyze,cluster,copy}"});
inline constexpr Metric kProgressDone = per_database(
    {.name = "pg_progress_done_ratio",
     .help = "Share of the operation's or, where it has several, the phase's blocks or bytes that "
             "is done, the least of namesakes; absent where the server does not know the whole.",
     .labels = {"operation", "datname", "phase"},
     .unit = Unit::ratio,
     .source = "pg_stat_progress_{basebackup,create_index,analyze,cluster,copy}"});
inline constexpr const Metric* kProgressMetrics[] = {&kProgressOperations, &kProgressDone};
static_assert(broken_rule(kProgressMetrics) == Rule::none);

/// Rows: operation, datname or NULL, phase, how many, share done or NULL.
[[nodiscard]] Result<Samples> progress_samples(const Rows& rows, const ServerState& state);
extern const Collector kProgress;

}  // namespace erp::postgres
