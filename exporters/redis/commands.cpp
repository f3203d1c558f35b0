#include "core/base/text.hpp"
#include "exporters/redis/collectors.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace erp::redis {
namespace {

constexpr Metric per_command(std::string_view name,
                             std::string_view help,
                             std::string_view source) {
    return {.name = name,
            .type = Type::counter,
            .help = help,
            .labels = {"cmd"},
            .source = source,
            .naming = Naming::compatible};
}
constexpr Metric kCalls =
    per_command("redis_commands_total", "Calls of the command.", "cmdstat_*:calls");
constexpr Metric kDuration = per_command(
    "redis_commands_duration_seconds_total", "Time spent in the command.", "cmdstat_*:usec");
constexpr Metric kRejected = per_command("redis_commands_rejected_calls_total",
                                         "Calls refused before they ran.",
                                         "cmdstat_*:rejected_calls");
constexpr Metric kFailed = per_command(
    "redis_commands_failed_calls_total", "Calls that ended in an error.", "cmdstat_*:failed_calls");
constexpr Metric kPercentiles{
    .name = "redis_latency_percentiles_usec",
    .type = Type::summary,
    .help =
        "Latency of the command since start in microseconds; quantiles are percentages, as the "
        "server says them.",
    .labels = {"cmd"},
    .source = "latency_percentiles_usec_*",
    .naming = Naming::compatible};
constexpr const Metric* kMetrics[] = {&kCalls, &kDuration, &kRejected, &kFailed, &kPercentiles};
static_assert(broken_rule(kMetrics) == Rule::none);

/// Modules can bring hundreds.
constexpr Cap kCap{.most = 250, .weight = &kCalls, .labels = {"cmd"}};
constexpr std::string_view kStat = "cmdstat_";
constexpr std::string_view kLatency = "latency_percentiles_usec_";

struct Stats {
    std::optional<double> calls;
    std::optional<double> usec;
    std::optional<double> rejected;
    std::optional<double> failed;
};

Stats to_stats(std::string_view list) {
    Stats stats;
    stats.calls = number_item(list, "calls");
    stats.usec = number_item(list, "usec");
    stats.rejected = number_item(list, "rejected_calls");
    stats.failed = number_item(list, "failed_calls");
    return stats;
}

void add_stats(Samples& samples, std::string_view command, const Stats& stats) {
    samples.add(kCalls, stats.calls, command);
    if (stats.usec) samples.add(kDuration, *stats.usec / 1e6, command);
    samples.add(kRejected, stats.rejected, command);
    samples.add(kFailed, stats.failed, command);
}

/// "p50=1.003,p99=3.007,p99.9=8.015"
std::vector<Distribution::Step> to_quantiles(std::string_view list) {
    std::vector<Distribution::Step> steps;
    for (const std::string_view part : split(list, ',')) {
        const auto pair = cut(part, '=');
        if (!pair || !pair->first.starts_with('p')) continue;
        const auto quantile = to_double(pair->first.substr(1));
        const auto value = to_double(pair->second);
        if (quantile && value) steps.push_back({*quantile, *value});
    }
    return steps;
}

Result<Samples> parse(const Info& info) {
    Samples samples;
    samples.set_run(info.text("run_id").value_or(""));
    std::unordered_map<std::string_view, Stats> by_command;
    for (const auto& [field, list] : info.lines()) {
        if (!field.starts_with(kStat)) continue;
        const std::string_view command = field.substr(kStat.size());
        const Stats stats = to_stats(list);
        if (by_command.emplace(command, stats).second) add_stats(samples, command, stats);
    }
    for (const auto& [field, list] : info.lines()) {
        if (!field.starts_with(kLatency)) continue;
        const std::string_view command = field.substr(kLatency.size());
        const auto stats = by_command.find(command);
        if (stats == by_command.end() || !stats->second.calls || !stats->second.usec) continue;
        Distribution value;
        value.steps = to_quantiles(list);
        value.sum = *stats->second.usec;
        value.count = static_cast<std::uint64_t>(std::clamp(*stats->second.calls, 0.0, 1e18));
        const std::string_view labels[] = {command};
        samples.add_distribution(kPercentiles, std::move(value), labels);
    }
    return samples;
}

}  // namespace

constinit const Collector kCommands{.row = {.name = "commands",
                                            .summary = "Calls, time and latency of each command.",
                                            .metrics = kMetrics,
                                            .cap = &kCap},
                                    .parse = parse};

}  // namespace erp::redis
