#include "core/counting/series.hpp"
#include "exporters/traefik/collectors.hpp"

namespace erp::traefik {
namespace {

using counting::add_histograms;

constexpr Metric kLife{
    .name = "traefik_accesslog_connection_duration_seconds",
    .type = Type::histogram,
    .help =
        "Lives of connections that were taken over (WebSocket) or belong to a class of long "
        "ones (long polls), counted at their end.",
    .labels = {"tenant", "class"},
    .unit = Unit::seconds,
    .source = "access log: Duration"};
constexpr const Metric* kMetrics[] = {&kLife};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const Counted& counted, Samples& samples) {
    std::span<const std::int64_t> few;
    if (!counted.full_histograms) few = bounds::kFewConnection;
    add_histograms<Connections>(samples, kLife, *counted.traffic, bounds::kConnection, {}, few);
}

}  // namespace

const Collector kConnections{.row = {.name = "connections",
                                     .summary = "How long websockets and long polls live.",
                                     .interval = kSnapshotInterval,
                                     .metrics = kMetrics},
                             .add = add};

}  // namespace erp::traefik
