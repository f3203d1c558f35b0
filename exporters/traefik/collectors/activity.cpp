#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

using counting::labels_of;
using counting::to_seconds;

constexpr Metric kLastRequest{
    .name = "traefik_accesslog_last_request_timestamp_seconds",
    .help = "When a request of this tenant and class last ended: its age is the silence.",
    .labels = {"tenant", "class"},
    .unit = Unit::seconds,
    .source = "access log: StartUTC, Duration"};
constexpr const Metric* kMetrics[] = {&kLastRequest};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    const Traffic& traffic = *counted.traffic;
    for (const auto& row : traffic.of<LastRequest>()) {
        samples.add_row(kLastRequest, to_seconds(row.cell), labels_of<LastRequest>(traffic, row));
    }
}

}  // namespace

const Collector kActivity{.row = {.name = "activity",
                                  .summary = "When each tenant was last served.",
                                  .interval = kSnapshotInterval,
                                  .metrics = kMetrics},
                          .add = add};

}  // namespace erp::traefik
