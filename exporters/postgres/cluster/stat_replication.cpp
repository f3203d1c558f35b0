#include "exporters/postgres/cluster/stat_replication.hpp"

#include "exporters/postgres/cluster/walsender.hpp"

#include <map>
#include <string>
#include <utility>

namespace erp::postgres {
namespace {

// A physical slot that nobody uses says that a standby is expected. pg_receivewal and the WAL
// stream of pg_basebackup tell what they have written, never that they replay (receivelog.c,
// sendFeedback), while a standby tells both at once: who has told nothing yet counts as one.
std::string statement(const ServerState& /*state*/) {
    return std::string(
               "SELECT x.*, n.slots FROM (SELECT count(*) AS slots FROM pg_replication_slots "
               "WHERE slot_type = 'physical' AND NOT active) n LEFT JOIN ("
               "SELECT application_name, client_addr, state, slot_name, min(sync_state), "
               "count(*), count(*) FILTER (WHERE logical), count(*) FILTER (WHERE NOT logical "
               "AND (state = 'backup' OR (write_lsn IS NOT NULL AND replay_lsn IS NULL))), "
               "max(lsn - '0/0'::pg_lsn), "
               "max(pg_wal_lsn_diff(lsn, replay_lsn)) FROM ("
               "SELECT r.application_name, r.client_addr::text, r.state, s.slot_name, "
               "r.sync_state, "
               "r.write_lsn, r.replay_lsn, ")
        .append(kDecodes)
        .append(
            " AS logical, CASE WHEN pg_is_in_recovery() THEN "
            "pg_last_wal_receive_lsn() "
            "ELSE pg_current_wal_lsn() END AS lsn FROM pg_stat_replication r "
            "LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid) y "
            "GROUP BY 1, 2, 3, 4) x ON true ORDER BY 1, 2, 3, 4 LIMIT 1000");
}

}  // namespace

Result<Samples> stat_replication_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 11) return Error{Phase::parse, "expected eleven columns"};
    Samples samples;
    using Key = std::pair<std::string_view, std::string_view>;
    std::map<Key, double> standbys;
    std::map<Key, double> receivers;
    std::map<Key, double> subscribers;
    for (int i = 0; i < rows.size(); ++i) {
        if (!rows.text(i, 5)) continue;  // nobody receives
        const std::string_view labels[] = {rows.label(i, 0), rows.label(i, 1), rows.label(i, 2),
                                           rows.label(i, 3)};
        if (const auto position = rows.number(i, 8))
            samples.add_row(kCurrentLsn, *position, labels);
        if (const auto behind = rows.number(i, 9)) samples.add_row(kLsnDiff, *behind, labels);
        const Key key{rows.label(i, 2), rows.label(i, 4)};
        const double logical = rows.number(i, 6).value_or(0);
        const double receiving = rows.number(i, 7).value_or(0);
        const double replaying = rows.number(i, 5).value_or(0) - logical - receiving;
        if (replaying > 0) standbys[key] += replaying;
        if (receiving > 0) receivers[key] += receiving;
        if (logical > 0) subscribers[key] += logical;
    }
    if (standbys.empty() && rows.size() > 0 && rows.number(0, 10).value_or(0) > 0) {
        samples.add(kStandbys, 0, "streaming", "");
    }
    for (const auto& [key, count] : standbys)
        samples.add(kStandbys, count, key.first, key.second);
    for (const auto& [key, count] : receivers)
        samples.add(kReceivers, count, key.first, key.second);
    for (const auto& [key, count] : subscribers)
        samples.add(kSubscribers, count, key.first, key.second);
    return samples;
}

const Collector kStatReplication{.row = {.name = "stat_replication",
                                         .summary = "Receivers of this server's WAL.",
                                         .metrics = kStatReplicationMetrics},
                                 .needs_monitor = true,
                                 .statement = statement,
                                 .parse = stat_replication_samples};

}  // namespace erp::postgres
