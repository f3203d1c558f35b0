#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

// A column of pg_stat_checkpointer under the peers' name: its own name and unit, and _total.
inline constexpr Metric kNumTimed = peer_counter("pg_stat_checkpointer_num_timed_total",
                                                 "Checkpoints due by time, from version 17 on.",
                                                 "pg_stat_checkpointer.num_timed");
inline constexpr Metric kNumRequested = peer_counter("pg_stat_checkpointer_num_requested_total",
                                                     "Checkpoints requested, from version 17 on.",
                                                     "pg_stat_checkpointer.num_requested");
inline constexpr Metric kRestartpointsTimed =
    peer_counter("pg_stat_checkpointer_restartpoints_timed_total",
                 "Restartpoints of a standby due by time, from version 17 on.",
                 "pg_stat_checkpointer.restartpoints_timed");
inline constexpr Metric kRestartpointsReq =
    peer_counter("pg_stat_checkpointer_restartpoints_req_total",
                 "Restartpoints of a standby requested, from version 17 on.",
                 "pg_stat_checkpointer.restartpoints_req");
inline constexpr Metric kRestartpointsDone =
    peer_counter("pg_stat_checkpointer_restartpoints_done_total",
                 "Restartpoints that a standby performed, from version 17 on.",
                 "pg_stat_checkpointer.restartpoints_done");
inline constexpr Metric kCheckpointerWriteTime = peer_counter(
    "pg_stat_checkpointer_write_time_total",
    "Milliseconds that checkpoints and restartpoints spent writing files, from version 17 on.",
    "pg_stat_checkpointer.write_time");
inline constexpr Metric kCheckpointerSyncTime =
    peer_counter("pg_stat_checkpointer_sync_time_total",
                 "Milliseconds that checkpoints and restartpoints spent synchronizing "
                 "files, from version 17 on.",
                 "pg_stat_checkpointer.sync_time");
inline constexpr Metric kCheckpointerBuffers =
    peer_counter("pg_stat_checkpointer_buffers_written_total",
                 "Buffers that checkpoints and restartpoints wrote, from version 17 on.",
                 "pg_stat_checkpointer.buffers_written");
inline constexpr Metric kCheckpointerStatsReset =
    peer_counter("pg_stat_checkpointer_stats_reset_total",
                 "When these statistics were last reset, in Unix time, from version 17 on.",
                 "pg_stat_checkpointer.stats_reset");
inline constexpr const Metric* kStatCheckpointerMetrics[] = {&kNumTimed,
                                                             &kNumRequested,
                                                             &kRestartpointsTimed,
                                                             &kRestartpointsReq,
                                                             &kRestartpointsDone,
                                                             &kCheckpointerWriteTime,
                                                             &kCheckpointerSyncTime,
                                                             &kCheckpointerBuffers,
                                                             &kCheckpointerStatsReset};
static_assert(broken_rule(kStatCheckpointerMetrics) == Rule::none);

/// One row with a column for each metric, in the order of kStatCheckpointerMetrics.
[[nodiscard]] Result<Samples> stat_checkpointer_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatCheckpointer;

}  // namespace erp::postgres
