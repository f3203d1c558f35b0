#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

constexpr Metric kPathRequests{
    .name = "traefik_accesslog_top_path_requests_total",
    .type = Type::counter,
    .help =
        "Answered requests of the 20 paths that a tenant asks for most, since each was one of "
        "them; `_other` has the rest.",
    .labels = {"tenant", "path"},
    .source = "access log: RequestPath"};
constexpr Metric kPathSeconds{.name = "traefik_accesslog_top_path_duration_seconds_total",
                              .type = Type::counter,
                              .help = "Time that these requests took together.",
                              .labels = {"tenant", "path"},
                              .unit = Unit::seconds,
                              .source = "access log: RequestPath, Duration"};
constexpr const Metric* kMetrics[] = {&kPathRequests, &kPathSeconds};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    for (const PathCounts& path : counted.paths) {
        samples.add(kPathRequests, static_cast<double>(path.counters.requests), path.tenant,
                    path.path);
        samples.add(kPathSeconds,
                    counting::to_seconds(static_cast<std::int64_t>(path.counters.nanoseconds)),
                    path.tenant, path.path);
    }
}

}  // namespace

const Collector kTopPaths{.row = {.name = "top_paths",
                                  .summary = "What each tenant's users ask for most, as templates.",
                                  .enabled = false,
                                  .interval = kSnapshotInterval,
                                  .metrics = kMetrics},
                          .add = add};

}  // namespace erp::traefik
