#include "exporters/postgres/cluster/database_sessions.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& state) {
    if (state.version < 140000) return {};
    return "SELECT datname, session_time / 1000, idle_in_transaction_time / 1000, sessions, "
           "sessions_abandoned, sessions_fatal, sessions_killed "
           "FROM pg_stat_database WHERE datname IS NOT NULL";
}

}  // namespace

Result<Samples> database_sessions_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 7) return Error{Phase::parse, "expected seven columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view datname = rows.label(i, 0);
        samples.add(kSessionSeconds, rows.number(i, 1), datname);
        samples.add(kIdleInTransactionSeconds, rows.number(i, 2), datname);
        samples.add(kSessionsBegun, rows.number(i, 3), datname);
        samples.add(kSessionsEnded, rows.number(i, 4), datname, "abandoned");
        samples.add(kSessionsEnded, rows.number(i, 5), datname, "fatal");
        samples.add(kSessionsEnded, rows.number(i, 6), datname, "killed");
    }
    return samples;
}

const Collector kDatabaseSessions{
    .row = {.name = "database_sessions",
            .summary = "How many sessions each database had, for how long and how they ended.",
            .metrics = kDatabaseSessionsMetrics},
    .reads_statistics = true,
    .statement = statement,
    .parse = database_sessions_samples};

}  // namespace erp::postgres
