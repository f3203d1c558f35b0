#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace stat_wal_receiver {

/// Positions are in bytes modulo 2^52, as the peers count them; times are Unix time in seconds.
constexpr Metric column(std::string_view name,
                        Type type,
                        std::string_view help,
                        std::string_view source) {
    return {.name = name,
            .type = type,
            .help = help,
            .labels = {"upstream_host", "slot_name", "status"},
            .source = source,
            .naming = Naming::compatible};
}

}  // namespace stat_wal_receiver

inline constexpr Metric kReceiveStartLsn =
    stat_wal_receiver::column("pg_stat_wal_receiver_receive_start_lsn",
                              Type::counter,
                              "Position at which the receiver started, in bytes.",
                              "pg_stat_wal_receiver.receive_start_lsn");
inline constexpr Metric kReceiveStartTli =
    stat_wal_receiver::column("pg_stat_wal_receiver_receive_start_tli",
                              Type::gauge,
                              "Timeline with which the receiver started.",
                              "pg_stat_wal_receiver.receive_start_tli");
inline constexpr Metric kFlushedLsn =
    stat_wal_receiver::column("pg_stat_wal_receiver_flushed_lsn",
                              Type::counter,
                              "Position up to which WAL was received and flushed, in bytes.",
                              "pg_stat_wal_receiver.flushed_lsn");
inline constexpr Metric kReceivedTli =
    stat_wal_receiver::column("pg_stat_wal_receiver_received_tli",
                              Type::gauge,
                              "Timeline of the last WAL received and flushed.",
                              "pg_stat_wal_receiver.received_tli");
inline constexpr Metric kLastMsgSendTime =
    stat_wal_receiver::column("pg_stat_wal_receiver_last_msg_send_time",
                              Type::counter,
                              "When the upstream sent the last message, in Unix time.",
                              "pg_stat_wal_receiver.last_msg_send_time");
inline constexpr Metric kLastMsgReceiptTime =
    stat_wal_receiver::column("pg_stat_wal_receiver_last_msg_receipt_time",
                              Type::counter,
                              "When the last message arrived, in Unix time.",
                              "pg_stat_wal_receiver.last_msg_receipt_time");
inline constexpr Metric kLatestEndLsn =
    stat_wal_receiver::column("pg_stat_wal_receiver_latest_end_lsn",
                              Type::counter,
                              "Last position reported to the upstream, in bytes.",
                              "pg_stat_wal_receiver.latest_end_lsn");
inline constexpr Metric kLatestEndTime =
    stat_wal_receiver::column("pg_stat_wal_receiver_latest_end_time",
                              Type::counter,
                              "When the last position was reported, in Unix time.",
                              "pg_stat_wal_receiver.latest_end_time");
inline constexpr Metric kUpstreamNode =
    stat_wal_receiver::column("pg_stat_wal_receiver_upstream_node",
                              Type::gauge,
                              "Number of the upstream's node in a slot name that repmgr made.",
                              "pg_stat_wal_receiver.slot_name");
/// In the order of the statement's columns, after the labels.
inline constexpr const Metric* kStatWalReceiverMetrics[] = {
    &kReceiveStartLsn,    &kReceiveStartTli, &kFlushedLsn,    &kReceivedTli, &kLastMsgSendTime,
    &kLastMsgReceiptTime, &kLatestEndLsn,    &kLatestEndTime, &kUpstreamNode};
static_assert(broken_rule(kStatWalReceiverMetrics) == Rule::none);

/// One row on a standby that receives, none elsewhere: the labels, then a value for each metric.
[[nodiscard]] Result<Samples> stat_wal_receiver_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatWalReceiver;

}  // namespace erp::postgres
