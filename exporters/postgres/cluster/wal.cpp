#include "exporters/postgres/cluster/wal.hpp"

#include "exporters/postgres/cluster/one_row.hpp"

namespace erp::postgres {
namespace {

// A stat() for each file, of which max_wal_size and slots decide how many there are.
std::string statement(const ServerState& /*state*/) {
    return "SELECT count(*), sum(size) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'";
}

// The peer says nothing from version 10 on, since it calls the functions by their older names.
std::string xlog_location_statement(const ServerState& /*state*/) {
    return "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() "
           "ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn) % (2^52)::bigint";
}

}  // namespace

Result<Samples> wal_samples(const Rows& rows, const ServerState& /*state*/) {
    return one_row(rows, kWalMetrics);
}

Result<Samples> xlog_location_samples(const Rows& rows, const ServerState& /*state*/) {
    return one_row(rows, kXlogLocationMetrics);
}

const Collector kWal{
    .row = {.name = "wal", .summary = "Segment files of the WAL.", .metrics = kWalMetrics},
    .needs_files = true,
    .statement = statement,
    .parse = wal_samples};

const Collector kXlogLocationCollector{.row = {.name = "xlog_location",
                                               .summary = "Position of the WAL.",
                                               .metrics = kXlogLocationMetrics},
                                       .statement = xlog_location_statement,
                                       .parse = xlog_location_samples};

}  // namespace erp::postgres
