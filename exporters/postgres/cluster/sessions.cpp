#include "exporters/postgres/cluster/sessions.hpp"

namespace erp::postgres {
namespace {

// One look at the sessions for all three families: pg_stat_activity copies each session's query.
// A session that waits for a lock, a buffer pin, for its client to read or for a synchronous
// standby makes no progress of its own; before it waited it may have, so the age is an upper bound.
std::string statement(const ServerState& /*state*/) {
    return "WITH a AS MATERIALIZED (SELECT datname, state, wait_event_type, wait_event, "
           "coalesce(nullif(regexp_replace(application_name, '[-_:]?[0-9]+$', ''), ''), '_none') "
           "AS app, "
           "now() - xact_start AS transaction, now() - query_start AS query, "
           "now() - state_change AS unchanged FROM pg_stat_activity "
           "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
           "AND datname IS NOT NULL AND state IS NOT NULL), "
           "b AS MATERIALIZED (SELECT a.datname, v.kind, greatest(v.age, '0 s') AS age FROM a, "
           "LATERAL (VALUES ('transaction', a.transaction), "
           "('idle_in_transaction', CASE WHEN a.state LIKE 'idle in transaction%' "
           "THEN a.unchanged END), "
           "('query', CASE WHEN a.state = 'active' THEN a.query END), "
           "('commit_for_standby', CASE WHEN a.wait_event = 'SyncRep' THEN a.query END), "
           "('active_without_progress', CASE WHEN a.state = 'active' "
           "AND (a.wait_event_type IN ('Lock', 'BufferPin', 'Client') "
           "OR a.wait_event = 'SyncRep') THEN a.query END)"
           ") v(kind, age) WHERE v.age IS NOT NULL) "
           "SELECT 'sessions', datname, state, app, count(*)::float8 FROM a GROUP BY 2, 3, 4 "
           "UNION ALL SELECT 'longest', datname, kind, NULL, "
           "max(extract(epoch FROM age))::float8 FROM b GROUP BY 2, 3 "
           "UNION ALL SELECT 'older', b.datname, b.kind, t.threshold, count(*)::float8 FROM b "
           "JOIN (VALUES ('10s'), ('60s'), ('300s'), ('3600s')) t(threshold) "
           "ON b.age > t.threshold::interval GROUP BY 2, 3, 4";
}

}  // namespace

Result<Samples> sessions_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 5) return Error{Phase::parse, "expected five columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view what = rows.label(i, 0);
        const std::string_view datname = rows.label(i, 1);
        const auto value = rows.number(i, 4);
        if (what == "sessions") {
            samples.add(kSessions, value, datname, rows.label(i, 2), rows.label(i, 3));
        } else if (what == "longest") {
            samples.add(kSessionLongest, value, datname, rows.label(i, 2));
        } else if (what == "older") {
            samples.add(kSessionsOlder, value, datname, rows.label(i, 2), rows.label(i, 3));
        }
    }
    return samples;
}

const Collector kSessionsCollector{
    .row = {.name = "sessions",
            .summary = "Sessions of clients by state and application, and how long they last.",
            .metrics = kSessionsMetrics,
            .cap = &kSessionsCap},
    .needs_monitor = true,
    .statement = statement,
    .parse = sessions_samples};

}  // namespace erp::postgres
