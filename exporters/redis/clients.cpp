#include "exporters/redis/collectors.hpp"

namespace erp::redis {
namespace {

constexpr Field kFields[] = {
    gauge("connected_clients", "redis_connected_clients", "Client connections, replicas apart."),
    gauge("blocked_clients", "redis_blocked_clients", "Clients waiting in a blocking command."),
    gauge("tracking_clients", "redis_tracking_clients", "Clients that track keys."),
    gauge("pubsub_clients", "redis_pubsub_clients", "Clients in publish and subscribe mode."),
    gauge("watching_clients", "redis_watching_clients", "Clients that watch keys."),
    gauge("clients_in_timeout_table",
          "redis_clients_in_timeout_table",
          "Clients in the table of timeouts."),
    gauge("cluster_connections",
          "redis_cluster_connections",
          "Sockets that the cluster bus uses, roughly."),
    gauge("total_watched_keys", "redis_total_watched_keys", "Keys that clients watch."),
    gauge("total_blocking_keys", "redis_total_blocking_keys", "Keys that clients wait for."),
    gauge("total_blocking_keys_on_nokey",
          "redis_total_blocking_keys_on_nokey",
          "Keys whose deletion clients wait for."),
    gauge("maxclients", "redis_max_clients", "Limit of client connections."),
    gauge("client_recent_max_input_buffer",
          "redis_client_recent_max_input_buffer_bytes",
          "Largest input buffer among the clients of late."),
    gauge("client_recent_max_output_buffer",
          "redis_client_recent_max_output_buffer_bytes",
          "Largest output buffer among the clients of late."),
    gauge("maxclients",
          "redis_config_maxclients",
          "Limit of client connections, under the name of the setting."),
};
constexpr auto kMetrics = metrics_of(kFields);
static_assert(broken_rule(kMetrics) == Rule::none);

}  // namespace

constinit const Collector kClients{
    .row = {.name = "clients", .summary = "Client connections.", .metrics = kMetrics},
    .parse = [](const Info& info) { return samples_of(info, kFields); }};

}  // namespace erp::redis
