#pragma once

#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/collector.hpp"
#include "core/tail/tail_options.hpp"
#include "exporters/traefik/traffic/access_log.hpp"

namespace erp::traefik {

/// A collector that reads what the log's reader published.
struct Collector {
    CollectorRow row;
    void (*add)(const Counted& counted, Samples& samples) = nullptr;
};

using tail::kSnapshotInterval;  ///< of all collectors here

}  // namespace erp::traefik
