#include "exporters/postgres/cluster/stat_checkpointer.hpp"

#include "exporters/postgres/cluster/one_row.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& state) {
    if (state.version < 170000) return {};
    return "SELECT num_timed, num_requested, restartpoints_timed, restartpoints_req, "
           "restartpoints_done, write_time, sync_time, buffers_written, "
           "extract(epoch FROM stats_reset)::float8 FROM pg_stat_checkpointer";
}

}  // namespace

Result<Samples> stat_checkpointer_samples(const Rows& rows, const ServerState& /*state*/) {
    return one_row(rows, kStatCheckpointerMetrics);
}

const Collector kStatCheckpointer{.row = {.name = "stat_checkpointer",
                                          .summary = "Checkpoints and restartpoints.",
                                          .metrics = kStatCheckpointerMetrics},
                                  .statement = statement,
                                  .parse = stat_checkpointer_samples};

}  // namespace erp::postgres
