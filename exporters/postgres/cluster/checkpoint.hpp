#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kCheckpointTime{
    .name = "pg_checkpoint_last_timestamp_seconds",
    .help =
        "When the latest checkpoint began, in Unix time; on a standby the primary's checkpoint "
        "that it has made its own.",
    .unit = Unit::seconds,
    .source = "pg_control_checkpoint().checkpoint_time"};
inline constexpr Metric kCheckpointDistance{
    .name = "pg_checkpoint_redo_distance_bytes",
    .help = "WAL since the start of the latest checkpoint, which a restart after a crash replays.",
    .unit = Unit::bytes,
    .source = "pg_current_wal_lsn() - pg_control_checkpoint().redo_lsn"};
inline constexpr const Metric* kCheckpointMetrics[] = {&kCheckpointTime, &kCheckpointDistance};
static_assert(broken_rule(kCheckpointMetrics) == Rule::none);

/// One row with a column for each metric, in the order of kCheckpointMetrics.
[[nodiscard]] Result<Samples> checkpoint_samples(const Rows& rows, const ServerState& state);
extern const Collector kCheckpoint;

}  // namespace erp::postgres
