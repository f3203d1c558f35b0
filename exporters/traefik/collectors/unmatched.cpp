#include "core/base/deadline.hpp"
#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

#include <cmath>
#include <span>

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
constexpr Metric kUnmatchedClients{
    .name = "traefik_accesslog_unmatched_clients_estimate",
    .type = Type::gauge,
    .help =
        "From how many client networks (an IPv4 address, or 64 bits of an IPv6 one) requests "
        "without a router came in this minute and the four before it; standard error 3.3 %.",
    .labels = {"entrypoint"},
    .source = "access log: RouterName, ClientHost (of a list, the last one)"};
constexpr const Metric* kMetrics[] = {&kUnmatchedRequests, &kUnmatchedClients};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    add_sums<Unmatched, Label::entrypoint, Label::host_kind, Label::probe>(
        samples, kUnmatchedRequests, *counted.traffic,
        [](std::uint64_t requests) { return requests; });
    for (const auto& [entrypoint, networks] : counted.clients.estimates(unix_nanoseconds()))
        samples.add_row(kUnmatchedClients, std::round(networks), std::span(&entrypoint, 1));
}

}  // namespace

const Collector kUnmatched{.row = {.name = "unmatched",
                                   .summary = "Requests that no router matched.",
                                   .interval = kSnapshotInterval,
                                   .metrics = kMetrics},
                           .add = add};

}  // namespace erp::traefik
