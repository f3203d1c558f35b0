#include "exporters/redis/collectors.hpp"

namespace erp::redis {
namespace {

constexpr Field kFields[] = {
    counter("used_cpu_sys", "redis_cpu_sys_seconds_total", "System CPU time of the server."),
    counter("used_cpu_user", "redis_cpu_user_seconds_total", "User CPU time of the server."),
    counter("used_cpu_sys_children",
            "redis_cpu_sys_children_seconds_total",
            "System CPU time of its children."),
    counter("used_cpu_user_children",
            "redis_cpu_user_children_seconds_total",
            "User CPU time of its children."),
    counter("used_cpu_sys_main_thread",
            "redis_cpu_sys_main_thread_seconds_total",
            "System CPU time of the main thread."),
    counter("used_cpu_user_main_thread",
            "redis_cpu_user_main_thread_seconds_total",
            "User CPU time of the main thread."),
    // Valkey 9.1 and later.
    counter("used_active_time_main_thread",
            "redis_active_time_main_thread_seconds_total",
            "Time that the main thread was busy."),
};
constexpr auto kMetrics = metrics_of(kFields);
static_assert(broken_rule(kMetrics) == Rule::none);

}  // namespace

constinit const Collector kCpu{
    .row = {.name = "cpu", .summary = "CPU time of the server.", .metrics = kMetrics},
    .parse = [](const Info& info) { return samples_of(info, kFields); }};

}  // namespace erp::redis
