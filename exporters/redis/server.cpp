#include "exporters/redis/collectors.hpp"

#include <cmath>

namespace erp::redis {
namespace {

constexpr Field kFields[] = {
    gauge("uptime_in_seconds", "redis_uptime_in_seconds", "Seconds since the server started."),
    gauge("process_id", "redis_process_id", "Process id of the server."),
    gauge("io_threads_active", "redis_io_threads_active", "Whether I/O threads are in use now."),
    gauge("hz", "redis_hz", "Frequency of the server's background tasks now."),
    gauge("configured_hz",
          "redis_configured_hz",
          "Frequency of the server's background tasks as configured."),
};
constexpr Metric kInstanceInfo{
    .name = "redis_instance_info",
    .type = Type::info,
    .help = "Version, mode and identity of the server; always 1.",
    .labels = {"role", "redis_version", "redis_build_id", "redis_mode", "os", "maxmemory_policy",
               "tcp_port", "run_id", "process_id", "master_replid", "valkey_version",
               "valkey_release_stage"},
    .source = "redis_version and others"};
constexpr Metric kStartTime{.name = "redis_start_time_seconds",
                            .help = "When the server started, in Unix time of its own clock.",
                            .unit = Unit::seconds,
                            .source = "server_time_usec - uptime_in_seconds"};
constexpr Metric kRole{.name = "redis_role",
                       .help = "Set to 1 for the role that the server has, else 0.",
                       .labels = {"role"},
                       .source = "role"};
constexpr Metric kReady{.name = "redis_ready",
                        .help = "Whether clients are served: it is not loading its data.",
                        .source = "loading"};
constexpr const Metric* kMore[] = {&kInstanceInfo, &kStartTime, &kRole, &kReady};
constexpr auto kMetrics = metrics_of(kFields, kMore);
static_assert(broken_rule(kMetrics) == Rule::none);

void add_info(Samples& samples, const Info& info) {
    const auto text = [&](std::string_view field) { return info.text(field).value_or(""); };
    // Valkey says server_mode, unless it is told to speak like Redis.
    const std::string_view mode = info.text("redis_mode").value_or(text("server_mode"));
    // Of Valkey redis_version is the Redis it is compatible with; of Redis the last two are empty,
    // which to Prometheus is the same as absent.
    const std::string_view labels[] = {text("role"),
                                       text("redis_version"),
                                       text("redis_build_id"),
                                       mode,
                                       text("os"),
                                       text("maxmemory_policy"),
                                       text("tcp_port"),
                                       text("run_id"),
                                       text("process_id"),
                                       text("master_replid"),
                                       text("valkey_version"),
                                       text("valkey_release_stage")};
    samples.add_row(kInstanceInfo, 1, labels);
}

Result<Samples> parse(const Info& info) {
    if (!info.text("redis_version")) return Error{Phase::parse, "INFO has no redis_version"};
    Samples samples;
    add_fields(samples, info, kFields);
    add_info(samples, info);
    const auto now = info.number("server_time_usec");
    const auto uptime = info.number("uptime_in_seconds");
    // Whole seconds, as the uptime: the same start must be the same value in each reply.
    if (now && uptime) samples.add(kStartTime, std::floor(*now / 1e6) - *uptime);
    const auto role = info.text("role");
    for (const std::string_view one : {"master", "slave", "sentinel"}) {
        if (role) samples.add(kRole, *role == one ? 1 : 0, one);
    }
    // Not async_loading: such a replica goes on serving its old data.
    if (const auto loading = info.number("loading")) samples.add(kReady, *loading == 0 ? 1 : 0);
    return samples;
}

}  // namespace

constinit const Collector kServer{.row = {.name = "server",
                                          .summary = "Version, role and start of the server.",
                                          .metrics = kMetrics},
                                  .parse = parse};

}  // namespace erp::redis
