#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kWalGenerated{
    .name = "pg_wal_generated_bytes_total",
    .type = Type::counter,
    .help =
        "WAL that the server has generated; of version 13 the position in it, and then absent "
        "on a standby.",
    .unit = Unit::bytes,
    .source = "pg_stat_wal.wal_bytes, on 13 pg_current_wal_lsn()"};
inline constexpr Metric kWalBuffersFull{
    .name = "pg_wal_buffers_full_total",
    .type = Type::counter,
    .help = "How often WAL was written because its buffers were full.",
    .source = "pg_stat_wal.wal_buffers_full"};
inline constexpr Metric kWalFpi{.name = "pg_wal_fpi_total",
                                .type = Type::counter,
                                .help = "Images of whole pages in the WAL.",
                                .source = "pg_stat_wal.wal_fpi"};
inline constexpr const Metric* kWalGenerationMetrics[] = {&kWalGenerated, &kWalBuffersFull,
                                                          &kWalFpi};
static_assert(broken_rule(kWalGenerationMetrics) == Rule::none);

/// One row with a column for each metric, in the order of kWalGenerationMetrics.
[[nodiscard]] Result<Samples> wal_generation_samples(const Rows& rows, const ServerState& state);
extern const Collector kWalGeneration;

}  // namespace erp::postgres
