#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

using counting::add_sums;

constexpr Metric kUnmatchedRequests{
    .name = "traefik_accesslog_unmatched_requests_total",
    .type = Type::counter,
    .help =
        "Requests that no router matched, by what their host is to us and what their path looks "
        "for; many for a known_tenant mean a missing router.",
    .labels = {"entrypoint", "host_kind", "probe"},
    .source = "access log: RouterName, RequestHost, RequestPath"};
constexpr const Metric* kMetrics[] = {&kUnmatchedRequests};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    add_sums<Unmatched, Label::entrypoint, Label::host_kind, Label::probe>(
        samples, kUnmatchedRequests, *counted.traffic,
        [](std::uint64_t requests) { return requests; });
}

}  // namespace

const Collector kUnmatched{.row = {.name = "unmatched",
                                   .summary = "Requests that no router matched.",
                                   .interval = kSnapshotInterval,
                                   .metrics = kMetrics},
                           .add = add};

}  // namespace erp::traefik
