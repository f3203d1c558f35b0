#include "exporters/postgres/cluster/progress.hpp"

namespace erp::postgres {
namespace {

// Bounded by the sessions that the server allows; a hundred kinds are more than it can do at once.
std::string statement(const ServerState& state) {
    std::string text =
        "SELECT operation, datname, phase, count(*), "
        "min(CASE WHEN done > 1 THEN 1 ELSE done END) FROM ("
        "SELECT 'basebackup' AS operation, NULL::name AS datname, phase, "
        "backup_streamed::float8 / nullif(backup_total, 0) AS done FROM "
        "pg_stat_progress_basebackup "
        "UNION ALL SELECT 'create_index', datname, phase, coalesce("
        "blocks_done::float8 / nullif(blocks_total, 0), "
        "tuples_done::float8 / nullif(tuples_total, 0)) FROM pg_stat_progress_create_index "
        "UNION ALL SELECT 'analyze', datname, phase, "
        "sample_blks_scanned::float8 / nullif(sample_blks_total, 0) FROM pg_stat_progress_analyze "
        "UNION ALL SELECT 'cluster', datname, phase, "
        "heap_blks_scanned::float8 / nullif(heap_blks_total, 0) FROM pg_stat_progress_cluster";
    if (state.version >= 140000) {
        text +=
            " UNION ALL SELECT 'copy', datname, lower(command), "
            "bytes_processed::float8 / nullif(bytes_total, 0) FROM pg_stat_progress_copy";
    }
    return text + ") p GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 100";
}

}  // namespace

Result<Samples> progress_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 5) return Error{Phase::parse, "expected five columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view operation = rows.label(i, 0);
        const std::string_view database = rows.label(i, 1);
        const std::string_view phase = rows.label(i, 2);
        samples.add(kProgressOperations, rows.number(i, 3), operation, database, phase);
        samples.add(kProgressDone, rows.number(i, 4), operation, database, phase);
    }
    return samples;
}

const Collector kProgress{.row = {.name = "progress",
                                  .summary = "Long operations that run, and how far they are.",
                                  .metrics = kProgressMetrics},
                          .needs_monitor = true,
                          .statement = statement,
                          .parse = progress_samples};

}  // namespace erp::postgres
