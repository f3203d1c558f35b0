#include "exporters/postgres/cluster/stat_bgwriter.hpp"

#include "exporters/postgres/cluster/one_row.hpp"

namespace erp::postgres {
namespace {

constexpr std::string_view kBefore17 =
    "SELECT checkpoints_timed, checkpoints_req, checkpoint_write_time, checkpoint_sync_time, "
    "buffers_checkpoint, buffers_clean, maxwritten_clean, buffers_backend, buffers_backend_fsync, "
    "buffers_alloc, extract(epoch FROM stats_reset)::float8 FROM pg_stat_bgwriter";

// Version 17 moved seven columns elsewhere; old dashboards and alerts go on with the same meaning.
// Restartpoints counted as checkpoints. buffers_backend counted what had to be synchronized later:
// writes and extensions of files by all but the checkpointer and the background writer; on
// version 16, which has both, it is within 2 % of this sum.
constexpr std::string_view kFrom17 =
    "SELECT c.num_timed + c.restartpoints_timed, c.num_requested + c.restartpoints_req, "
    "c.write_time, c.sync_time, c.buffers_written, b.buffers_clean, b.maxwritten_clean, "
    "io.blocks, io.fsyncs, b.buffers_alloc, extract(epoch FROM b.stats_reset)::float8 "
    "FROM pg_stat_bgwriter b, pg_stat_checkpointer c, (SELECT sum(fsyncs) AS fsyncs, ";
constexpr std::string_view kBlocks17 = "sum(coalesce(writes, 0) + coalesce(extends, 0)) AS blocks";
// From 18 on an operation may be of several blocks.
constexpr std::string_view kBlocks18 =
    "trunc(sum(coalesce(write_bytes, 0) + coalesce(extend_bytes, 0)) / "
    "current_setting('block_size')::int) AS blocks";
constexpr std::string_view kIo17 =
    " FROM pg_stat_io WHERE object = 'relation' "
    "AND backend_type NOT IN ('checkpointer', 'background writer', 'standalone backend')) io";

std::string statement(const ServerState& state) {
    if (state.version < 170000) return std::string(kBefore17);
    std::string text(kFrom17);
    text += state.version < 180000 ? kBlocks17 : kBlocks18;
    text += kIo17;
    return text;
}

}  // namespace

Result<Samples> stat_bgwriter_samples(const Rows& rows, const ServerState& /*state*/) {
    return one_row(rows, kStatBgwriterMetrics);
}

const Collector kStatBgwriter{.row = {.name = "stat_bgwriter",
                                      .summary = "Who writes buffers, and checkpoints.",
                                      .metrics = kStatBgwriterMetrics},
                              .reads_statistics = true,
                              .statement = statement,
                              .parse = stat_bgwriter_samples};

}  // namespace erp::postgres
