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
inline constexpr const Metric* kLocksMetrics[] = {&kLocksCount};
static_assert(broken_rule(kLocksMetrics) == Rule::none);

/// Rows ordered by database: datname, mode or NULL, count.
[[nodiscard]] Result<Samples> locks_samples(const Rows& rows, const ServerState& state);
extern const Collector kLocks;

}  // namespace erp::postgres
