#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kWalSegments{.name = "pg_wal_segments",
                                     .help = "Segment files in the folder of the WAL.",
                                     .source = "pg_ls_waldir()"};
inline constexpr Metric kWalSize{.name = "pg_wal_size_bytes",
                                 .help = "Size of the segment files in the folder of the WAL.",
                                 .unit = Unit::bytes,
                                 .source = "pg_ls_waldir()"};
inline constexpr const Metric* kWalMetrics[] = {&kWalSegments, &kWalSize};
static_assert(broken_rule(kWalMetrics) == Rule::none);

/// One row: segments, bytes or NULL.
[[nodiscard]] Result<Samples> wal_samples(const Rows& rows, const ServerState& state);
extern const Collector kWal;

inline constexpr Metric kXlogLocation{
    .name = "pg_xlog_location_bytes",
    .help = "Position of the WAL that a primary writes or a standby has replayed, modulo 2^52.",
    .unit = Unit::bytes,
    .source = "pg_current_wal_lsn(), pg_last_wal_replay_lsn()"};
inline constexpr const Metric* kXlogLocationMetrics[] = {&kXlogLocation};
static_assert(broken_rule(kXlogLocationMetrics) == Rule::none);

/// One row: the position or NULL.
[[nodiscard]] Result<Samples> xlog_location_samples(const Rows& rows, const ServerState& state);
extern const Collector kXlogLocationCollector;

}  // namespace erp::postgres
