#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kChecksumFailures = per_database(
    {.name = "pg_database_checksum_failures_total",
     .type = Type::counter,
     .help = "Pages read of the database, also by a base backup, whose checksum was wrong; "
             "absent without data checksums. An empty datname is the shared catalogs.",
     .labels = {"datname"},
     .source = "pg_stat_database.checksum_failures"});
inline constexpr Metric kChecksumLastFailure =
    per_database({.name = "pg_database_checksum_last_failure_timestamp_seconds",
                  .help = "When the last of them was read, in Unix time; absent if there was none.",
                  .labels = {"datname"},
                  .unit = Unit::seconds,
                  .source = "pg_stat_database.checksum_last_failure"});
inline constexpr const Metric* kChecksumsMetrics[] = {&kChecksumFailures, &kChecksumLastFailure};
static_assert(broken_rule(kChecksumsMetrics) == Rule::none);

/// Rows: datname, which is NULL for what all databases share, failures, time of the last.
[[nodiscard]] Result<Samples> checksums_samples(const Rows& rows, const ServerState& state);
extern const Collector kChecksums;

}  // namespace erp::postgres
