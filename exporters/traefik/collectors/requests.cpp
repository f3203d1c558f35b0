#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

using counting::add_sums;

constexpr Metric kRequestsTotal{
    .name = "traefik_accesslog_requests_total",
    .type = Type::counter,
    .help =
        "Finished requests by status sent; code 0 is a connection that was taken over, an empty "
        "router one that none matched.",
    .labels = {"entrypoint", "router", "service", "tenant", "class", "code"},
    .source = "access log: DownstreamStatus"};
constexpr Metric kOutcomes{
    .name = "traefik_accesslog_outcomes_total",
    .type = Type::counter,
    .help =
        "Finished requests by why they ended as they did and by whose fault, which is unknown "
        "where the log does not tell; with Traefik's experimental FastProxy what broke in the "
        "middle of an answer, be it by the client, looks like a 502 of the server.",
    .labels = {"router", "tenant", "class", "cause", "fault"},
    .source = "access log: signature of the entry"};
constexpr Metric kClass{
    .name = "traefik_accesslog_class_info",
    .type = Type::info,
    .help =
        "Each class of requests: whether its latency is that of an answer or the life of a "
        "connection, and whether (slo) its failures count against the availability that a tenant "
        "was promised; always 1.",
    .labels = {"class", "latency", "slo"},
    .source = "option classes"};
constexpr const Metric* kMetrics[] = {&kRequestsTotal, &kOutcomes, &kClass};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    const Traffic& traffic = *counted.traffic;
    const auto requests = [](const RequestCell& cell) { return cell.requests; };
    add_sums<Requests, Label::entrypoint, Label::router, Label::service, Label::tenant,
             Label::workload, Label::code>(samples, kRequestsTotal, traffic, requests);
    add_sums<Requests, Label::router, Label::tenant, Label::workload, Label::cause, Label::fault>(
        samples, kOutcomes, traffic, requests);
    for (const WorkloadClass& item : counted.classes) {
        samples.add(kClass, 1, item.name, item.connection ? "connection" : "request",
                    item.slo ? "true" : "false");
    }
}

}  // namespace

const Collector kRequests{.row = {.name = "requests",
                                  .summary = "Requests by tenant, class, status, cause and fault.",
                                  .interval = kSnapshotInterval,
                                  .metrics = kMetrics},
                          .add = add};

}  // namespace erp::traefik
