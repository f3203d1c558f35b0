#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace stat_replication {

constexpr Metric column(std::string_view name, std::string_view help, std::string_view source) {
    return {.name = name,
            .help = help,
            .labels = {"application_name", "client_addr", "state", "slot_name"},
            .source = source,
            .naming = Naming::compatible};
}

}  // namespace stat_replication

inline constexpr Metric kCurrentLsn =
    stat_replication::column("pg_stat_replication_pg_current_wal_lsn_bytes",
                             "Position of this server's WAL, in bytes since the start.",
                             "pg_current_wal_lsn()");
inline constexpr Metric kLsnDiff = stat_replication::column(
    "pg_stat_replication_pg_wal_lsn_diff",
    "Bytes of WAL that the standby has not replayed; the largest of namesakes.",
    "pg_current_wal_lsn() - pg_stat_replication.replay_lsn");
inline constexpr Metric kStandbys{
    .name = "pg_replication_standbys",
    .help =
        "Connections of standbys; 0 if there is none although a physical slot waits for one. A "
        "receiver that has not said yet that it does not replay is counted here for a moment.",
    .labels = {"state", "sync_state"},
    .source = "pg_stat_replication"};
inline constexpr Metric kReceivers{
    .name = "pg_replication_receivers",
    .help =
        "Connections that store the WAL and replay none of it, such as pg_receivewal, and base "
        "backups (state backup), neither of which a failover can go to; only where there are.",
    .labels = {"state", "sync_state"},
    .source = "pg_stat_replication.{state,write_lsn,replay_lsn}"};
inline constexpr Metric kSubscribers{
    .name = "pg_replication_subscribers",
    .help =
        "Connections of subscribers and other receivers of decoded changes, which no failover can "
        "go to; only where there are.",
    .labels = {"state", "sync_state"},
    .source = "pg_stat_replication, pg_stat_activity.datid"};
inline constexpr const Metric* kStatReplicationMetrics[] = {&kCurrentLsn, &kLsnDiff, &kStandbys,
                                                            &kReceivers, &kSubscribers};
static_assert(broken_rule(kStatReplicationMetrics) == Rule::none);

/// Rows: application_name, client_addr, state, slot_name, sync_state, count, how many of them
/// decode, how many neither decode nor replay, position, difference, number of unused physical
/// slots. Nobody receives: one row of which the number of slots alone is not NULL.
[[nodiscard]] Result<Samples> stat_replication_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatReplication;

}  // namespace erp::postgres
