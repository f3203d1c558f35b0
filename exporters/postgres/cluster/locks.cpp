#include "exporters/postgres/cluster/locks.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace erp::postgres {
namespace {

// pg_locks is read once.
std::string statement(const ServerState& /*state*/) {
    return "WITH l AS MATERIALIZED (SELECT pid, database, relation, locktype, lower(mode) AS mode, "
           "granted, fastpath, virtualtransaction, transactionid FROM pg_locks), c AS ("
           "SELECT database, mode AS what, count(*)::float8 AS n, "
           "count(*) FILTER (WHERE NOT granted)::float8 AS waiting FROM l "
           "WHERE database IS NOT NULL GROUP BY 1, 2 UNION ALL "
           "SELECT database, '!advisory', count(*), NULL FROM l "
           "WHERE locktype = 'advisory' AND granted GROUP BY 1 UNION ALL "
           "SELECT l.database, '!exclusive', "
           "max(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared))), NULL "
           "FROM l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
           // A lock of a prepared transaction has no pid, and the virtual number of the session
           // that prepared it (twophase.c), as that of its own number has.
           "LEFT JOIN (SELECT x.virtualtransaction, p.prepared FROM l x "
           "JOIN pg_prepared_xact() p ON p.transaction = x.transactionid WHERE x.pid IS NULL "
           "AND x.locktype = 'transactionid') p "
           "ON l.pid IS NULL AND p.virtualtransaction = l.virtualtransaction "
           "WHERE l.mode = 'accessexclusivelock' AND l.granted AND l.relation >= 16384 "
           "AND coalesce(a.xact_start, p.prepared) IS NOT NULL GROUP BY 1) "
           "SELECT d.datname, c.what, c.n, c.waiting FROM pg_database d "
           "LEFT JOIN c ON c.database = d.oid UNION ALL "
           "SELECT NULL, '!table', count(*) FILTER (WHERE NOT fastpath AND mode <> 'sireadlock'), "
           "current_setting('max_locks_per_transaction')::float8 * "
           "(current_setting('max_connections')::float8 "
           "+ current_setting('max_prepared_transactions')::float8) FROM l ORDER BY 1, 2";
}

/// All modes of PostgreSQL 13 to 18, so that a first lock is a rise from 0.
constexpr std::array<std::string_view, 9> kModes{
    "accesssharelock", "rowsharelock",          "rowexclusivelock", "shareupdateexclusivelock",
    "sharelock",       "sharerowexclusivelock", "exclusivelock",    "accessexclusivelock",
    "sireadlock"};

using Counts = std::array<double, kModes.size()>;

/// A row that is about a database, or about the table of locks.
void take(const Rows& rows, int row, std::string_view what, Counts& counts, Samples& samples) {
    const std::string_view datname = rows.label(row, 0);
    const std::optional<double> number = rows.number(row, 2);
    if (what == "!advisory") {
        samples.add(kAdvisoryHeld, number, datname);
    } else if (what == "!exclusive") {
        samples.add(kExclusiveHeld, number, datname);
    } else if (what == "!table") {
        samples.add(kTableEntries, number);
        samples.add(kTableCapacity, rows.number(row, 3));
    } else {
        const auto* known = std::ranges::find(kModes, what);
        if (known == kModes.end()) {
            samples.add(kLocksCount, number, datname, what);
        } else {
            counts[static_cast<std::size_t>(known - kModes.begin())] = number.value_or(0);
        }
        const double awaited = rows.number(row, 3).value_or(0);
        if (awaited > 0) samples.add(kUngranted, awaited, datname, what);
    }
}

}  // namespace

Result<Samples> locks_samples(const Rows& rows, const ServerState& state) {
    if (rows.columns() != 4) return Error{Phase::parse, "expected four columns"};
    Samples samples;
    for (int i = 0; i < rows.size();) {
        const auto datname = rows.text(i, 0);
        Counts counts{};
        for (; i < rows.size() && rows.text(i, 0) == datname; ++i) {
            if (const auto what = rows.text(i, 1)) take(rows, i, *what, counts, samples);
        }
        for (std::size_t m = 0; datname && m < kModes.size(); ++m) {
            if (counts[m] == 0 && !state.page.zero_fill) continue;
            samples.add(kLocksCount, counts[m], *datname, kModes[m]);
        }
    }
    return samples;
}

const Collector kLocks{
    .row = {.name = "locks",
            .summary = "Locks by database and mode, and how full their table is.",
            .metrics = kLocksMetrics},
    .statement = statement,
    .parse = locks_samples};

}  // namespace erp::postgres
