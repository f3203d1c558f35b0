#include "exporters/postgres/cluster/checksums.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT datname, checksum_failures, "
           "extract(epoch FROM checksum_last_failure)::float8 FROM pg_stat_database "
           "WHERE checksum_failures IS NOT NULL";
}

}  // namespace

Result<Samples> checksums_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 3) return Error{Phase::parse, "expected three columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        samples.add(kChecksumFailures, rows.number(i, 1), rows.label(i, 0));
        samples.add(kChecksumLastFailure, rows.number(i, 2), rows.label(i, 0));
    }
    return samples;
}

const Collector kChecksums{.row = {.name = "checksums",
                                   .summary = "Damaged pages, on a server with data checksums.",
                                   .metrics = kChecksumsMetrics},
                           .reads_statistics = true,
                           .statement = statement,
                           .parse = checksums_samples};

}  // namespace erp::postgres
