#include "exporters/postgres/cluster/xmin_horizon.hpp"

#include "exporters/postgres/cluster/replication_slots.hpp"

namespace erp::postgres {
namespace {

// A session without a snapshot holds by its own number. Our own snapshot ends with the statement;
// that of a vacuum holds no other vacuum back (PROC_IN_VACUUM), by hand or not, while that of an
// ANALYZE does. The xmin of a walsender is its standby's. Slots keep
// theirs in the view after they were invalidated, though vacuum passes it
// (ReplicationSlotsComputeRequiredXmin).
std::string statement(const ServerState& state) {
    return std::string(
               "WITH a AS MATERIALIZED (SELECT backend_type = 'walsender' AS standby, "
               "greatest(age(backend_xmin), age(backend_xid)) AS age FROM pg_stat_activity "
               "WHERE pid <> pg_backend_pid() AND pid <> ALL(ARRAY(SELECT pid FROM "
               "pg_stat_progress_vacuum))), "
               "s AS MATERIALIZED (SELECT xmin, catalog_xmin FROM pg_replication_slots WHERE (")
        .append(invalidation_sql(state.version))
        .append(
            ") IS NULL) "
            "SELECT 'session', max(age)::float8 FROM a WHERE NOT standby "
            "UNION ALL SELECT 'standby', max(age)::float8 FROM a WHERE standby "
            "UNION ALL SELECT 'prepared', max(age(transaction))::float8 FROM pg_prepared_xacts "
            "UNION ALL SELECT 'slot', max(age(xmin))::float8 FROM s "
            "UNION ALL SELECT 'slot_catalog', max(age(catalog_xmin))::float8 FROM s");
}

}  // namespace

Result<Samples> xmin_horizon_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 2) return Error{Phase::parse, "expected two columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i)
        samples.add(kXminHorizon, rows.number(i, 1), rows.label(i, 0));
    return samples;
}

const Collector kXminHorizonCollector{
    .row = {.name = "xmin_horizon",
            .summary = "What keeps vacuum from removing dead rows.",
            .metrics = kXminHorizonMetrics},
    .needs_monitor = true,
    .statement = statement,
    .parse = xmin_horizon_samples};

}  // namespace erp::postgres
