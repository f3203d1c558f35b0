#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kConnectionLimit =
    per_database({.name = "pg_database_connection_limit",
                  .help = "Connections that the database allows; -1 is no limit.",
                  .labels = {"datname"},
                  .source = "pg_database.datconnlimit"});
inline constexpr const Metric* kDatabaseMetrics[] = {&kConnectionLimit};
static_assert(broken_rule(kDatabaseMetrics) == Rule::none);

[[nodiscard]] Result<Samples> database_samples(const Rows& rows, const ServerState& state);
extern const Collector kDatabase;

}  // namespace erp::postgres
