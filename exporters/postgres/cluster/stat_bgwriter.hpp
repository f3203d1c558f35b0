#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

// A column of pg_stat_bgwriter as it was before version 17, under the peers' name.
inline constexpr Metric kCheckpointsTimed =
    peer_counter("pg_stat_bgwriter_checkpoints_timed_total",
                 "Checkpoints and restartpoints due by time.",
                 "pg_stat_bgwriter.checkpoints_timed, pg_stat_checkpointer.num_timed");
inline constexpr Metric kCheckpointsReq =
    peer_counter("pg_stat_bgwriter_checkpoints_req_total",
                 "Checkpoints and restartpoints that were requested, by WAL size too.",
                 "pg_stat_bgwriter.checkpoints_req, pg_stat_checkpointer.num_requested");
inline constexpr Metric kCheckpointWriteTime =
    peer_counter("pg_stat_bgwriter_checkpoint_write_time_total",
                 "Milliseconds that checkpoints spent writing files.",
                 "pg_stat_bgwriter.checkpoint_write_time, pg_stat_checkpointer.write_time");
inline constexpr Metric kCheckpointSyncTime =
    peer_counter("pg_stat_bgwriter_checkpoint_sync_time_total",
                 "Milliseconds that checkpoints spent synchronizing files.",
                 "pg_stat_bgwriter.checkpoint_sync_time, pg_stat_checkpointer.sync_time");
inline constexpr Metric kBuffersCheckpoint =
    peer_counter("pg_stat_bgwriter_buffers_checkpoint_total",
                 "Buffers that checkpoints wrote.",
                 "pg_stat_bgwriter.buffers_checkpoint, pg_stat_checkpointer.buffers_written");
inline constexpr Metric kBuffersClean = peer_counter("pg_stat_bgwriter_buffers_clean_total",
                                                     "Buffers that the background writer wrote.",
                                                     "pg_stat_bgwriter.buffers_clean");
inline constexpr Metric kMaxwrittenClean =
    peer_counter("pg_stat_bgwriter_maxwritten_clean_total",
                 "Rounds that the background writer ended early, having written its most.",
                 "pg_stat_bgwriter.maxwritten_clean");
inline constexpr Metric kBuffersBackend = peer_counter(
    "pg_stat_bgwriter_buffers_backend_total",
    "Buffers that neither checkpoints nor the background writer wrote, extensions of files too.",
    "pg_stat_bgwriter.buffers_backend, pg_stat_io.writes and extends");
inline constexpr Metric kBuffersBackendFsync =
    peer_counter("pg_stat_bgwriter_buffers_backend_fsync_total",
                 "Files that sessions had to synchronize themselves.",
                 "pg_stat_bgwriter.buffers_backend_fsync, pg_stat_io.fsyncs");
inline constexpr Metric kBuffersAlloc = peer_counter(
    "pg_stat_bgwriter_buffers_alloc_total", "Buffers allocated.", "pg_stat_bgwriter.buffers_alloc");
inline constexpr Metric kBgwriterStatsReset =
    peer_counter("pg_stat_bgwriter_stats_reset_total",
                 "When these statistics were last reset, in Unix time.",
                 "pg_stat_bgwriter.stats_reset");
inline constexpr const Metric* kStatBgwriterMetrics[] = {
    &kCheckpointsTimed,    &kCheckpointsReq, &kCheckpointWriteTime, &kCheckpointSyncTime,
    &kBuffersCheckpoint,   &kBuffersClean,   &kMaxwrittenClean,     &kBuffersBackend,
    &kBuffersBackendFsync, &kBuffersAlloc,   &kBgwriterStatsReset};
static_assert(broken_rule(kStatBgwriterMetrics) == Rule::none);

/// One row with a column for each metric, in the order of kStatBgwriterMetrics.
[[nodiscard]] Result<Samples> stat_bgwriter_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatBgwriter;

}  // namespace erp::postgres
