#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

using counting::add_histograms;
using counting::add_sums;

constexpr Metric kDuration{
    .name = "traefik_accesslog_request_duration_seconds",
    .type = Type::histogram,
    .help =
        "Time from a request to the end of its answer, transfer to the client included; without "
        "connections that were taken over and classes of long ones. Without `histograms: full` the "
        "status class is 5xx or none.",
    .labels = {"tenant", "class", "status_class"},
    .unit = Unit::seconds,
    .source = "access log: Duration"};
constexpr Metric kUpstream{
    .name = "traefik_accesslog_upstream_duration_seconds",
    .type = Type::histogram,
    .help =
        "Time that the chosen server took, bodies included; of the last attempt, and only where "
        "the answer did not break. Class and service with `histograms: full`.",
    .labels = {"tenant", "class", "service"},
    .unit = Unit::seconds,
    .source = "access log: OriginDuration"};
constexpr Metric kOverhead{
    .name = "traefik_accesslog_overhead_seconds",
    .type = Type::histogram,
    .help =
        "Time in the proxy itself: middlewares, earlier attempts, its own log's queue; only of "
        "requests with an upstream time.",
    .labels = {"entrypoint", "router"},
    .unit = Unit::seconds,
    .source = "access log: Overhead"};
constexpr Metric kSlow{
    .name = "traefik_accesslog_slow_requests_total",
    .type = Type::counter,
    .help =
        "Requests that took longer than erp_objective_latency_seconds of their tenant and class "
        "at that time; those whose client left do not count.",
    .labels = {"tenant", "class"},
    .source = "access log: Duration"};
constexpr const Metric* kMetrics[] = {&kDuration, &kUpstream, &kOverhead, &kSlow};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    const Traffic& traffic = *counted.traffic;
    std::span<const std::int64_t> latency;
    std::span<const std::int64_t> overhead;
    if (!counted.full_histograms) {
        latency = bounds::kFewLatency;
        overhead = bounds::kFewOverhead;
    }
    add_histograms<Durations>(samples, kDuration, traffic, bounds::kLatency, traffic.durations,
                              latency);
    add_histograms<Upstream>(samples, kUpstream, traffic, bounds::kLatency, traffic.upstream,
                             latency);
    add_histograms<Overhead>(samples, kOverhead, traffic, bounds::kOverhead, {}, overhead);
    add_sums<Slow, Label::tenant, Label::workload>(samples, kSlow, traffic,
                                                   [](std::uint64_t slow) { return slow; });
}

}  // namespace

const Collector kLatency{
    .row = {.name = "latency",
            .summary =
                "Total, upstream and proxy time of requests, and those slower than promised.",
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .add = add};

}  // namespace erp::traefik
