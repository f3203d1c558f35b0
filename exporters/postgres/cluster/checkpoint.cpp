#include "exporters/postgres/cluster/checkpoint.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT extract(epoch FROM checkpoint_time)::float8, "
           "greatest(0, pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() "
           "THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, redo_lsn)) "
           "FROM pg_control_checkpoint()";
}

}  // namespace

Result<Samples> checkpoint_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.size() != 1 || rows.columns() != 2) return Error{Phase::parse, "expected one row"};
    Samples samples;
    samples.add(kCheckpointTime, rows.number(0, 0));
    samples.add(kCheckpointDistance, rows.number(0, 1));
    return samples;
}

const Collector kCheckpoint{.row = {.name = "checkpoint",
                                    .summary = "The latest checkpoint and the WAL since it.",
                                    .metrics = kCheckpointMetrics},
                            .needs_control = true,
                            .statement = statement,
                            .parse = checkpoint_samples};

}  // namespace erp::postgres
