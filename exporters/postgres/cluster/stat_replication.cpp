#include "exporters/postgres/cluster/stat_replication.hpp"

#include <map>
#include <utility>

namespace erp::postgres {
namespace {

// A slot says that somebody is expected. One that a standby copies from its primary is nobody's
// there.
std::string statement(const ServerState& state) {
    std::string text =
        "SELECT x.*, n.slots FROM (SELECT count(*) AS slots FROM pg_replication_slots";
    if (state.version >= 170000) text += " WHERE NOT synced";
    text +=
        ") n LEFT JOIN (SELECT application_name, client_addr, state, slot_name, min(sync_state), "
        "count(*), max(lsn - '0/0'::pg_lsn), max(pg_wal_lsn_diff(lsn, replay_lsn)) FROM ("
        "SELECT r.application_name, r.client_addr::text, r.state, s.slot_name, r.sync_state, "
        "r.replay_lsn, CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() "
        "ELSE pg_current_wal_lsn() END AS lsn FROM pg_stat_replication r "
        "LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid) y "
        "GROUP BY 1, 2, 3, 4) x ON true ORDER BY 1, 2, 3, 4 LIMIT 1000";
    return text;
}

}  // namespace

Result<Samples> stat_replication_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 9) return Error{Phase::parse, "expected nine columns"};
    Samples samples;
    std::map<std::pair<std::string_view, std::string_view>, double> standbys;
    for (int i = 0; i < rows.size(); ++i) {
        if (!rows.text(i, 5)) {  // nobody receives
            if (rows.number(i, 8).value_or(0) > 0) samples.add(kStandbys, 0, "streaming", "");
            continue;
        }
        const std::string_view labels[] = {rows.label(i, 0), rows.label(i, 1), rows.label(i, 2),
                                           rows.label(i, 3)};
        if (const auto position = rows.number(i, 6))
            samples.add_row(kCurrentLsn, *position, labels);
        if (const auto behind = rows.number(i, 7)) samples.add_row(kLsnDiff, *behind, labels);
        standbys[{rows.label(i, 2), rows.label(i, 4)}] += rows.number(i, 5).value_or(0);
    }
    for (const auto& [key, count] : standbys) {
        samples.add(kStandbys, count, key.first, key.second);
    }
    return samples;
}

const Collector kStatReplication{.row = {.name = "stat_replication",
                                         .summary = "Receivers of this server's WAL.",
                                         .metrics = kStatReplicationMetrics},
                                 .needs_monitor = true,
                                 .statement = statement,
                                 .parse = stat_replication_samples};

}  // namespace erp::postgres
