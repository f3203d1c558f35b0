#include "exporters/postgres/cluster/stat_archiver.hpp"

#include "exporters/postgres/cluster/one_row.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT archived_count, failed_count, "
           "extract(epoch FROM now() - last_archived_time)::float8 FROM pg_stat_archiver";
}

}  // namespace

Result<Samples> stat_archiver_samples(const Rows& rows, const ServerState& /*state*/) {
    return one_row(rows, kStatArchiverMetrics);
}

const Collector kStatArchiver{.row = {.name = "stat_archiver",
                                      .summary = "What became of WAL files to archive.",
                                      .metrics = kStatArchiverMetrics},
                              .reads_statistics = true,
                              .statement = statement,
                              .parse = stat_archiver_samples};

}  // namespace erp::postgres
