#pragma once

#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/collector.hpp"
#include "exporters/traefik/traffic/access_log.hpp"

namespace erp::traefik {

/// A collector that reads what the log's reader published.
struct Collector {
    CollectorRow row;
    void (*add)(const Counted& counted, Samples& samples) = nullptr;
};

/// Of all collectors here: what is shown is at most so old.
inline constexpr Duration kSnapshotInterval = std::chrono::seconds(5);

}  // namespace erp::traefik
