#include "exporters/redis/collectors.hpp"

#include <string>

namespace erp::redis {
namespace {

constexpr Field kFields[] = {
    gauge("connected_slaves", "redis_connected_slaves", "Replicas connected."),
    gauge("master_repl_offset", "redis_master_repl_offset", "Replication offset of this server."),
    gauge("second_repl_offset",
          "redis_second_repl_offset",
          "Offset up to which the former primary's stream is accepted; -1 for none."),
    gauge("repl_backlog_active", "redis_repl_backlog_is_active", "Whether a backlog is kept."),
    gauge("repl_backlog_size", "redis_replication_backlog_bytes", "Size of the backlog."),
    gauge("repl_backlog_first_byte_offset",
          "redis_repl_backlog_first_byte_offset",
          "Offset of the first byte in the backlog."),
    gauge("repl_backlog_histlen", "redis_repl_backlog_history_bytes", "Bytes in the backlog."),
    gauge("slave_priority", "redis_slave_priority", "Priority of this replica in a failover."),
    gauge("slave_read_repl_offset",
          "redis_slave_read_repl_offset",
          "Offset that this replica has read."),
    gauge("master_link_down_since_seconds",
          "redis_master_link_down_since_seconds",
          "Seconds since the link to the primary went down; -1 if it never was up."),
    gauge("master_sync_total_bytes",
          "redis_master_sync_total_bytes",
          "Bytes of the running synchronisation; 0 if not known."),
    gauge("master_sync_read_bytes",
          "redis_master_sync_read_bytes",
          "Bytes read by the running synchronisation."),
    gauge("master_sync_perc",
          "redis_master_sync_perc",
          "Progress of the running synchronisation, in percent."),
    gauge("min_slaves_good_slaves",
          "redis_min_slaves_good_slaves",
          "Replicas that count for min-replicas-to-write."),
    gauge("master_sync_left_bytes",
          "redis_master_sync_left_bytes",
          "Bytes that the running synchronisation still has to read; negative if not known."),
    gauge("replicas_waiting_psync",
          "redis_replicas_waiting_psync",
          "Replicas that wait for a partial resynchronisation."),
};

constexpr Metric replica(std::string_view name,
                         std::string_view help,
                         std::string_view source,
                         LabelKeys labels) {
    return {.name = name,
            .help = help,
            .labels = labels,
            .source = source,
            .naming = Naming::compatible};
}
constexpr Metric kSlaveOffset = replica("redis_connected_slave_offset_bytes",
                                        "Offset that the replica has acknowledged.",
                                        "slaveN:offset",
                                        {"slave_ip", "slave_port", "slave_state"});
constexpr Metric kSlaveLag = replica("redis_connected_slave_lag_seconds",
                                     "Seconds since the replica's last word.",
                                     "slaveN:lag",
                                     {"slave_ip", "slave_port", "slave_state"});
constexpr Metric kLinkUp = replica("redis_master_link_up",
                                   "Whether the link to the primary is up.",
                                   "master_link_status",
                                   {"master_host", "master_port"});
constexpr Metric kLastIo = replica("redis_master_last_io_seconds_ago",
                                   "Seconds since the last word of the primary; -1 for none.",
                                   "master_last_io_seconds_ago",
                                   {"master_host", "master_port"});
constexpr Metric kSyncInProgress = replica("redis_master_sync_in_progress",
                                           "Whether a full synchronisation runs.",
                                           "master_sync_in_progress",
                                           {"master_host", "master_port"});
constexpr Metric kReplOffset = replica("redis_slave_repl_offset",
                                       "Offset of this replica.",
                                       "slave_repl_offset",
                                       {"master_host", "master_port"});
constexpr Metric kSlaveInfo = replica("redis_slave_info",
                                      "One on a replica; always 1.",
                                      "slave_read_only",
                                      {"master_host", "master_port", "read_only"});
constexpr const Metric* kMore[] = {&kSlaveOffset,    &kSlaveLag,   &kLinkUp,   &kLastIo,
                                   &kSyncInProgress, &kReplOffset, &kSlaveInfo};
constexpr auto kMetrics = metrics_of(kFields, kMore);
static_assert(broken_rule(kMetrics) == Rule::none);

constexpr std::size_t kMostReplicas = 256;

/// "slave0:ip=10.0.0.2,port=6379,state=online,offset=1234,lag=0": not slave_priority and its like.
bool is_replica_line(std::string_view field) {
    return field.starts_with("slave") && to_int(field.substr(5)).has_value();
}

void add_replicas(Samples& samples, const Info& info) {
    std::size_t seen = 0;
    for (const auto& [field, list] : info.lines()) {
        if (!is_replica_line(field) || ++seen > kMostReplicas) continue;
        const std::string_view labels[] = {item(list, "ip").value_or(""),
                                           item(list, "port").value_or(""),
                                           item(list, "state").value_or("")};
        if (const auto v = number_item(list, "offset")) samples.add_row(kSlaveOffset, *v, labels);
        if (const auto v = number_item(list, "lag")) samples.add_row(kSlaveLag, *v, labels);
    }
}

void add_primary(Samples& samples, const Info& info) {
    const auto host = info.text("master_host");
    if (!host) return;
    const std::string_view port = info.text("master_port").value_or("");
    if (const auto link = info.text("master_link_status")) {
        samples.add(kLinkUp, *link == "up" ? 1 : 0, *host, port);
    }
    samples.add(kLastIo, info.number("master_last_io_seconds_ago"), *host, port);
    samples.add(kSyncInProgress, info.number("master_sync_in_progress"), *host, port);
    samples.add(kReplOffset, info.number("slave_repl_offset"), *host, port);
    samples.add(kSlaveInfo, 1, *host, port, info.text("slave_read_only").value_or(""));
}

Result<Samples> parse(const Info& info) {
    Samples samples;
    add_fields(samples, info, kFields);
    add_replicas(samples, info);
    add_primary(samples, info);
    return samples;
}

}  // namespace

constinit const Collector kReplication{
    .row = {.name = "replication",
            .summary = "Replicas of a primary, and a replica's link to it.",
            .metrics = kMetrics},
    .parse = parse};

}  // namespace erp::redis
