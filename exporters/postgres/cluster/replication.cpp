#include "exporters/postgres/cluster/replication.hpp"

#include <iterator>

namespace erp::postgres {
namespace {

// The functions of a standby raise errors on a primary; a CASE evaluates only the branch it takes.
// The statement does not rely on what was known before: a standby may have been promoted since. The
// receiver's status needs pg_monitor; without it the columns are NULL although the row is there. A
// standby without primary_conninfo, which lives from the archive alone, has no receiver to miss.
std::string statement(const ServerState& /*state*/) {
    return "SELECT CASE WHEN NOT r THEN 0 WHEN received = replayed THEN 0 "
           "ELSE greatest(0, extract(epoch FROM now() - at)) END::float8, "
           "r::int, CASE WHEN r THEN greatest(0, extract(epoch FROM now() - at)) ELSE 0 "
           "END::float8, "
           "CASE WHEN r THEN (SELECT CASE WHEN count(*) > count(status) "
           "OR (count(*) = 0 AND nullif(upstream, '') IS NULL) THEN NULL "
           "ELSE count(*) FILTER (WHERE status = 'streaming') END FROM pg_stat_wal_receiver) END, "
           "CASE WHEN r THEN pg_is_wal_replay_paused()::int END, "
           "CASE WHEN r AND received IS NOT NULL "
           "THEN greatest(0, pg_wal_lsn_diff(received, replayed)) END, "
           "extract(epoch FROM at)::float8, "
           "CASE WHEN r THEN (SELECT extract(epoch FROM last_msg_receipt_time)::float8 "
           "FROM pg_stat_wal_receiver) END, "
           "(r AND (upstream IS NULL OR EXISTS (SELECT FROM pg_stat_wal_receiver "
           "WHERE status IS NULL)))::int "
           "FROM (SELECT pg_is_in_recovery() AS r, pg_last_wal_receive_lsn() AS received, "
           "pg_last_wal_replay_lsn() AS replayed, pg_last_xact_replay_timestamp() AS at, "
           "CASE WHEN pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') "
           "THEN current_setting('primary_conninfo') END AS upstream) s";
}

constexpr int kHiddenAt = std::size(kReplicationMetrics);

}  // namespace

Result<Samples> replication_samples(const Rows& rows, const ServerState& state) {
    if (rows.size() != 1 || rows.columns() != kHiddenAt + 1) {
        return Error{Phase::parse, "expected one row"};
    }
    Samples samples;
    int column = 0;
    for (const Metric* metric : kReplicationMetrics) {
        if (const auto value = rows.number(0, column++)) samples.add_row(*metric, *value, {});
    }
    if (state.page.old_names) samples.add(kOldReplicationLag, rows.number(0, 0));
    return samples;
}

Unavailable replication_hidden(const Rows& rows) {
    return rows.text(0, kHiddenAt) == "1" ? Unavailable::privilege : Unavailable::no;
}

const Collector kReplication{.row = {.name = "replication",
                                     .summary = "Role of the server and how far a standby is.",
                                     .metrics = kReplicationWithOldName},
                             .statement = statement,
                             .parse = replication_samples,
                             .hidden = replication_hidden};

}  // namespace erp::postgres
