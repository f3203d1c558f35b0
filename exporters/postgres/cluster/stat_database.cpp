#include "exporters/postgres/cluster/stat_database.hpp"

#include <iterator>
#include <string>

namespace erp::postgres {
namespace {

constexpr std::string_view kColumns =
    "SELECT s.datid, s.datname, s.numbackends, s.xact_commit, s.xact_rollback, s.blks_read, "
    "s.blks_hit, s.tup_returned, s.tup_fetched, s.tup_inserted, s.tup_updated, s.tup_deleted, "
    "s.conflicts, s.temp_files, s.temp_bytes, s.deadlocks, s.blk_read_time, s.blk_write_time, "
    "extract(epoch FROM s.stats_reset)::float8, c.confl_tablespace, c.confl_lock, "
    "c.confl_snapshot, c.confl_bufferpin, c.confl_deadlock";
// The row of shared relations has datid 0 and no name: it belongs to no database and is left out,
// as by the peers.
constexpr std::string_view kFrom =
    " FROM pg_stat_database s LEFT JOIN pg_stat_database_conflicts c ON c.datid = s.datid "
    "WHERE s.datname IS NOT NULL";

std::string statement(const ServerState& state) {
    static const std::string before_14 = std::string(kColumns) + std::string(kFrom);
    static const std::string before_16 =
        std::string(kColumns) + ", s.active_time / 1000" + std::string(kFrom);
    static const std::string current = std::string(kColumns) +
                                       ", s.active_time / 1000, c.confl_active_logicalslot" +
                                       std::string(kFrom);
    if (state.version < 140000) return before_14;
    return state.version < 160000 ? before_16 : current;
}

constexpr int kFirst = 2;      // after datid and datname
constexpr int kNewerMost = 2;  // columns that older versions lack

}  // namespace

Result<Samples> stat_database_samples(const Rows& rows, const ServerState& /*state*/) {
    const int most = kFirst + static_cast<int>(std::size(kStatDatabaseMetrics));
    if (rows.columns() < most - kNewerMost || rows.columns() > most) {
        return Error{Phase::parse, "unexpected number of columns"};
    }
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view labels[] = {rows.label(i, 0), rows.label(i, 1)};
        for (int column = kFirst; column < rows.columns(); ++column) {
            const auto value = rows.number(i, column);
            if (value) samples.add_row(*kStatDatabaseMetrics[column - kFirst], *value, labels);
        }
    }
    return samples;
}

const Collector kStatDatabase{.row = {.name = "stat_database",
                                      .summary = "Activity counters of each database.",
                                      .metrics = kStatDatabaseMetrics},
                              .reads_statistics = true,
                              .statement = statement,
                              .parse = stat_database_samples};

}  // namespace erp::postgres
