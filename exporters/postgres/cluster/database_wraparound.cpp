#include "exporters/postgres/cluster/database_wraparound.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT datname, datallowconn, age(datfrozenxid), mxid_age(datminmxid) FROM pg_database "
           "UNION ALL SELECT NULL, NULL, current_setting('autovacuum_freeze_max_age')::int, "
           "current_setting('vacuum_failsafe_age', true)::int";
}

/// No new transaction begins so many before the last that numbers allow (SetTransactionIdLimit() in
/// varsup.c).
double hard_limit(int version) {
    const double last = 2147483647;
    return last - (version < 140000 ? 1e6 : 3e6);
}

}  // namespace

Result<Samples> database_wraparound_samples(const Rows& rows, const ServerState& state) {
    if (rows.columns() != 4) return Error{Phase::parse, "expected four columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const auto datname = rows.text(i, 0);
        if (!datname) {
            samples.add(kWraparoundLimit, rows.number(i, 2), "freeze_max_age");
            samples.add(kWraparoundLimit, rows.number(i, 3), "failsafe_age");
            samples.add(kWraparoundLimit, hard_limit(state.version), "hard");
            continue;
        }
        samples.add(kXidAge, rows.number(i, 2), *datname);
        samples.add(kMultixactAge, rows.number(i, 3), *datname);
        if (!rows.is_true(i, 1)) continue;
        samples.add(kXidAgeAsSeconds, rows.number(i, 2), *datname);
        samples.add(kMultixactAgeAsSeconds, rows.number(i, 3), *datname);
    }
    return samples;
}

const Collector kDatabaseWraparound{
    .row = {.name = "database_wraparound",
            .summary = "How far each database is from running out of transactions.",
            .metrics = kDatabaseWraparoundMetrics},
    .statement = statement,
    .parse = database_wraparound_samples};

}  // namespace erp::postgres
