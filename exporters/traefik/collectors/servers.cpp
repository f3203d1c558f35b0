#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

using counting::labels_of;
using counting::to_seconds;

constexpr Metric kServerRequests{
    .name = "traefik_accesslog_server_requests_total",
    .type = Type::counter,
    .help = "Requests by the server that was chosen; of retries only the last attempt.",
    .labels = {"service", "server"},
    .source = "access log: ServiceAddr"};
constexpr Metric kServerErrors{
    .name = "traefik_accesslog_server_errors_total",
    .type = Type::counter,
    .help = "Requests that failed by the fault of the server that was chosen.",
    .labels = {"service", "server"},
    .source = "access log: ServiceAddr"};
constexpr Metric kLastSuccess{
    .name = "traefik_accesslog_server_last_success_timestamp_seconds",
    .help = "When a server last answered a request without a fault of its own.",
    .labels = {"service", "server"},
    .unit = Unit::seconds,
    .source = "access log: ServiceAddr, StartUTC, Duration"};
constexpr const Metric* kMetrics[] = {&kServerRequests, &kServerErrors, &kLastSuccess};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    const Traffic& traffic = *counted.traffic;
    for (const auto& row : traffic.of<Servers>()) {
        const auto labels = labels_of<Servers>(traffic, row);
        samples.add_row(kServerRequests, static_cast<double>(row.cell.requests), labels);
        samples.add_row(kServerErrors, static_cast<double>(row.cell.errors), labels);
        if (row.cell.last_success == 0) continue;
        samples.add_row(kLastSuccess, to_seconds(row.cell.last_success), labels);
    }
}

}  // namespace

const Collector kServers{.row = {.name = "servers",
                                 .summary = "Health of the servers behind, as requests met it.",
                                 .interval = kSnapshotInterval,
                                 .metrics = kMetrics},
                         .add = add};

}  // namespace erp::traefik
