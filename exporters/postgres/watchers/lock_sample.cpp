#include "exporters/postgres/watchers/lock_sample.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <utility>

namespace erp::postgres {
namespace {

constexpr int kColumns = 15;

// pg_locks is read once; a session of parallel workers waits in several rows, of which the one that
// waits longest stands for it. One that waits for a transaction has the relation of the tuple lock
// that it holds meanwhile.
constexpr std::string_view kSince =
    "WITH l AS MATERIALIZED (SELECT pid, locktype, mode, relation, granted, waitstart AS since "
    "FROM pg_locks), "
    "q AS MATERIALIZED (SELECT DISTINCT ON (l.pid) l.pid, l.locktype, l.mode, l.relation, "
    "coalesce(l.since, clock_timestamp()) AS since FROM l ";
constexpr std::string_view kSinceBefore14 =
    "WITH l AS MATERIALIZED (SELECT pid, locktype, mode, relation, granted FROM pg_locks), "
    "q AS MATERIALIZED (SELECT DISTINCT ON (l.pid) l.pid, l.locktype, l.mode, l.relation, "
    "coalesce(s.state_change, clock_timestamp()) AS since "
    "FROM l LEFT JOIN pg_stat_activity s ON s.pid = l.pid ";
constexpr std::string_view kWaiting =
    "WHERE NOT l.granted ORDER BY l.pid, 5), "
    "w AS MATERIALIZED (SELECT pid, locktype, mode, coalesce(relation, (SELECT min(t.relation) "
    "FROM l t WHERE t.pid = q.pid AND t.locktype = 'tuple')) AS relation, since, "
    "CASE WHEN row_number() OVER (ORDER BY since) <= 64 THEN pg_blocking_pids(pid) END AS blockers "
    "FROM q ORDER BY since LIMIT 5000) "
    "SELECT a.pid, a.datid, a.datname, a.usename, "
    "coalesce(nullif(regexp_replace(a.application_name, '[-_:]?[0-9]+$', ''), ''), '_none'), "
    "host(a.client_addr), a.state, extract(epoch FROM clock_timestamp() - a.xact_start)::float8, "
    "left(a.query, 200), "
    "extract(epoch FROM clock_timestamp() - w.since)::float8, "
    "array_to_string(w.blockers, ','), w.locktype, lower(w.mode), w.relation, "
    "CASE WHEN w.relation < 16384 THEN w.relation::regclass::text END "
    "FROM pg_stat_activity a LEFT JOIN w ON w.pid = a.pid "
    "WHERE EXISTS (SELECT FROM w) AND (w.pid IS NOT NULL "
    "OR a.pid IN (SELECT unnest(blockers) FROM w))";

std::uint32_t oid(const Rows& rows, int row, int column) {
    return static_cast<std::uint32_t>(to_int(rows.label(row, column)).value_or(0));
}

LockWait wait_of(const Rows& rows, int row, double seconds) {
    LockWait wait;
    wait.seconds = std::max(0.0, seconds);  // a clock may go back
    for (const std::string_view pid : split(rows.label(row, 10), ',')) {
        if (const auto number = to_int(pid)) wait.blockers.push_back(static_cast<int>(*number));
    }
    wait.locktype = rows.label(row, 11);
    wait.mode = rows.label(row, 12);
    wait.relation = oid(rows, row, 13);
    wait.relation_name = rows.label(row, 14);
    return wait;
}

}  // namespace

std::string lock_sample_statement(int server_version) {
    // waitstart is NULL for a moment after the wait began.
    std::string text(server_version >= 140000 ? kSince : kSinceBefore14);
    text += kWaiting;
    return text;
}

Result<std::vector<LockSession>> to_lock_sessions(const Rows& rows) {
    if (rows.columns() != kColumns) return Error{Phase::parse, "expected fifteen columns"};
    std::vector<LockSession> sessions;
    for (int i = 0; i < rows.size(); ++i) {
        LockSession session;
        session.pid = static_cast<int>(to_int(rows.label(i, 0)).value_or(0));
        session.datid = oid(rows, i, 1);
        session.datname = rows.label(i, 2);
        session.usename = rows.label(i, 3);
        session.application = rows.label(i, 4);
        session.client = rows.label(i, 5);
        session.state = rows.label(i, 6);
        session.transaction_seconds = rows.number(i, 7);
        session.query = rows.label(i, 8);
        if (const auto seconds = rows.number(i, 9)) session.wait = wait_of(rows, i, *seconds);
        sessions.push_back(std::move(session));
    }
    return sessions;
}

}  // namespace erp::postgres
