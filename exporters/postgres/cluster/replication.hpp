#pragma once

#include "exporters/postgres/cluster/old_names.hpp"
#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kReplicationLag{
    .name = "pg_replication_lag_seconds",
    .help =
        "Age of the last replayed transaction on a standby that has not replayed all it received, "
        "else 0: it says 0 too when nothing is received because the connection to the primary is "
        "down, so read pg_replication_receiver_connected beside it.",
    .unit = Unit::seconds,
    .source = "now() - pg_last_xact_replay_timestamp()"};
inline constexpr Metric kIsReplica{.name = "pg_replication_is_replica",
                                   .help = "Whether the server is a standby.",
                                   .source = "pg_is_in_recovery()"};
inline constexpr Metric kLastReplay{
    .name = "pg_replication_last_replay_seconds",
    .help =
        "Time since the last replayed transaction was committed on the primary; 0 on a primary.",
    .unit = Unit::seconds,
    .source = "now() - pg_last_xact_replay_timestamp()"};
inline constexpr Metric kReceiverConnected{
    .name = "pg_replication_receiver_connected",
    .help =
        "Whether a standby receives from its primary now; absent on a primary, and on a standby "
        "without primary_conninfo, which lives from the archive alone.",
    .source = "pg_stat_wal_receiver.status, primary_conninfo"};
inline constexpr Metric kReplayPaused{
    .name = "pg_replication_replay_paused",
    .help = "Whether an operator has paused replay on a standby; absent on a primary.",
    .source = "pg_is_wal_replay_paused()"};
inline constexpr Metric kReceiveReplayLag{
    .name = "pg_replication_receive_replay_lag_bytes",
    .help =
        "Bytes that a standby has received and not replayed; absent on a primary, and "
        "where nothing was ever received.",
    .unit = Unit::bytes,
    .source = "pg_last_wal_receive_lsn() - pg_last_wal_replay_lsn()"};
inline constexpr Metric kLastReplayedTimestamp{
    .name = "pg_replication_last_replayed_transaction_timestamp_seconds",
    .help = "When the last replayed transaction was committed on the primary, in Unix time.",
    .unit = Unit::seconds,
    .source = "pg_last_xact_replay_timestamp()"};
inline constexpr Metric kReceiverLastMessage{
    .name = "pg_replication_receiver_last_message_timestamp_seconds",
    .help = "When a standby heard of its primary last, in Unix time; absent without a connection.",
    .unit = Unit::seconds,
    .source = "pg_stat_wal_receiver.last_msg_receipt_time"};
inline constexpr const Metric* kReplicationMetrics[] = {
    &kReplicationLag,        &kIsReplica,          &kLastReplay,
    &kReceiverConnected,     &kReplayPaused,       &kReceiveReplayLag,
    &kLastReplayedTimestamp, &kReceiverLastMessage};
static_assert(broken_rule(kReplicationMetrics) == Rule::none);
inline constexpr auto kReplicationWithOldName =
    old_names::with(kReplicationMetrics, kOldReplicationLag);
static_assert(broken_rule(kReplicationWithOldName) == Rule::none);

/// One row with a column for each metric, in the order of kReplicationMetrics, and whether our role
/// may not see the receiver or what it should connect to.
[[nodiscard]] Result<Samples> replication_samples(const Rows& rows, const ServerState& state);
/// Both are hidden from roles without pg_monitor.
[[nodiscard]] Unavailable replication_hidden(const Rows& rows);
extern const Collector kReplication;

}  // namespace erp::postgres
