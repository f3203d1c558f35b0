#include "exporters/postgres/watchers/lock_sample.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace erp::postgres {
namespace {

constexpr int kColumns = 14;
constexpr int kMostTraced = 64;  // in the statement too

// pg_locks is read once; a session of parallel workers waits in several rows, of which the one that
// waits longest stands for it. One that waits for a transaction has the relation of the tuple lock
// that it holds meanwhile. waitstart is NULL for a moment after the wait began, state_change always
// for the server's own processes.
//
// It needs no catalog that may be locked itself, which is when logins hang: the function below
// pg_stat_activity, where the view would join pg_database and pg_authid; whoever holds the latter
// keeps roles without a name meanwhile.
constexpr std::string_view kSince =
    "WITH l AS MATERIALIZED (SELECT pid, locktype, database, mode, relation, granted, "
    "waitstart AS since FROM pg_locks), "
    "q AS MATERIALIZED (SELECT DISTINCT ON (pid) * FROM l ";
constexpr std::string_view kSinceBefore14 =
    "WITH l AS MATERIALIZED (SELECT pid, locktype, database, mode, relation, granted "
    "FROM pg_locks), "
    "q AS MATERIALIZED (SELECT DISTINCT ON (pid) l.*, s.state_change AS since "
    "FROM l LEFT JOIN pg_stat_get_activity(NULL) s USING (pid) ";
// pg_blocking_pids() knows no blockers of a standby's startup process, which is no backend. Only it
// takes AccessExclusiveLock there, which every lock of the same table conflicts with. It has no
// database of its own: the lock's is the one where somebody is in its way. A session that hangs in
// its start waits and blocks like others, but before 18 no function shows it.
constexpr std::string_view kWaiting =
    "WHERE NOT granted ORDER BY pid, since), "
    "w AS MATERIALIZED (SELECT pid, locktype, database, mode, coalesce(relation, "
    "(SELECT min(t.relation) FROM l t WHERE t.pid = q.pid AND t.locktype = 'tuple')) AS relation, "
    "since, CASE WHEN row_number() OVER (ORDER BY since) > 64 THEN NULL "
    "WHEN locktype = 'relation' AND mode = 'AccessExclusiveLock' AND pg_is_in_recovery() "
    "THEN ARRAY(SELECT t.pid FROM l t WHERE t.granted AND t.locktype = 'relation' "
    "AND t.database = q.database AND t.relation = q.relation AND t.pid <> q.pid) "
    "ELSE pg_blocking_pids(pid) END AS blockers "
    "FROM q ORDER BY since LIMIT 5000) "
    "SELECT p.pid, coalesce(a.datid, w.database), "
    "CASE WHEN NOT EXISTS (SELECT FROM l WHERE l.relation = 'pg_authid'::regclass "
    "AND l.mode = 'AccessExclusiveLock') THEN pg_get_userbyid(a.usesysid) END, "
    "coalesce(nullif(regexp_replace(a.application_name, '[-_:]?[0-9]+$', ''), ''), "
    "CASE WHEN a.backend_type NOT IN ('client backend', 'parallel worker') "
    "THEN a.backend_type END, '_none'), "
    "host(a.client_addr), a.state, extract(epoch FROM clock_timestamp() - a.xact_start)::float8, "
    "encode(substring(textsend(a.query) FROM 1 FOR 800), 'hex'), "
    "extract(epoch FROM clock_timestamp() - w.since)::float8, "
    "array_to_string(w.blockers, ','), w.locktype, lower(w.mode), w.relation, "
    "CASE WHEN w.relation < 16384 THEN w.relation::regclass::text END "
    "FROM (SELECT pid FROM w UNION SELECT unnest(blockers) FROM w) p "
    "LEFT JOIN w ON w.pid = p.pid LEFT JOIN pg_stat_get_activity(NULL) a ON a.pid = p.pid "
    "WHERE p.pid <> 0";

/// The first 200 characters of a text whose first bytes these are. left() fails if a character is
/// cut off, or the text has another encoding than our database: the whole sample with it.
std::string query_of(std::string_view hex) {
    constexpr int kMostCharacters = 200;
    std::string text;
    int characters = 0;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
        unsigned byte = 0;
        (void)std::from_chars(hex.data() + at, hex.data() + at + 2, byte, 16);
        const bool continues = (byte & 0xC0U) == 0x80U;
        if (!continues && ++characters > kMostCharacters) break;
        text.push_back(static_cast<char>(byte));
    }
    return to_label_value(text);
}

std::uint32_t oid(const Rows& rows, int row, int column) {
    return static_cast<std::uint32_t>(to_int(rows.label(row, column)).value_or(0));
}

LockWait wait_of(const Rows& rows, int row) {
    LockWait wait;
    const auto seconds = rows.number(row, 8);
    wait.dated = seconds.has_value();
    wait.seconds = std::max(0.0, seconds.value_or(0));  // a clock may go back
    wait.traced = rows.text(row, 9).has_value();
    for (const std::string_view pid : split(rows.label(row, 9), ',')) {
        if (const auto number = to_int(pid)) wait.blockers.push_back(static_cast<int>(*number));
    }
    wait.locktype = rows.label(row, 10);
    wait.mode = rows.label(row, 11);
    wait.relation = oid(rows, row, 12);
    wait.relation_name = rows.label(row, 13);
    return wait;
}

}  // namespace

std::string lock_sample_statement(int server_version) {
    std::string text(server_version >= 140000 ? kSince : kSinceBefore14);
    text += kWaiting;
    return text;
}

Result<std::vector<LockSession>> to_lock_sessions(
    const Rows& rows, const std::map<std::uint32_t, std::string>& databases) {
    if (rows.columns() != kColumns) return Error{Phase::parse, "expected fourteen columns"};
    std::vector<LockSession> sessions;
    std::set<int> pids;
    int traced = 0;
    for (int i = 0; i < rows.size(); ++i) {
        LockSession session;
        session.pid = static_cast<int>(to_int(rows.label(i, 0)).value_or(0));
        session.datid = oid(rows, i, 1);
        if (const auto known = databases.find(session.datid); known != databases.end())
            session.datname = known->second;
        session.usename = rows.label(i, 2);
        session.application = rows.label(i, 3);
        session.client = rows.label(i, 4);
        session.state = rows.label(i, 5);
        session.transaction_seconds = rows.number(i, 6);
        session.query = query_of(rows.label(i, 7));
        if (rows.text(i, 10)) session.wait = wait_of(rows, i);
        // Who follows blockers relies on both.
        if (!pids.insert(session.pid).second) return Error{Phase::parse, "a session twice"};
        if (session.wait && session.wait->traced && ++traced > kMostTraced)
            return Error{Phase::parse, "more blockers than asked for"};
        sessions.push_back(std::move(session));
    }
    return sessions;
}

}  // namespace erp::postgres
