#include "exporters/postgres/cluster/database.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT datname, datconnlimit, datistemplate OR datname = 'postgres' FROM pg_database";
}

}  // namespace

Result<Samples> database_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 3) return Error{Phase::parse, "expected three columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        samples.add(kConnectionLimit, rows.number(i, 1), rows.label(i, 0));
        samples.name_database(rows.label(i, 0), rows.is_true(i, 2));
    }
    return samples;
}

const Collector kDatabase{
    .row = {.name = "database",
            .summary = "What pg_database says of each database; the tenants of "
                       "databases come from it.",
            .metrics = kDatabaseMetrics},
    .statement = statement,
    .parse = database_samples};

}  // namespace erp::postgres
