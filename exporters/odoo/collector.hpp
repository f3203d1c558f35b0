#pragma once

#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/collector.hpp"
#include "core/tail/tail_options.hpp"
#include "exporters/odoo/view.hpp"

namespace erp::odoo {

/// A collector reads what one source published.
struct Collector {
    CollectorRow row;
    Source source = Source::log;
    /// Not called while the source has published nothing.
    void (*add)(const View& view, Samples& samples) = nullptr;
};

/// A family whose label datname tells the tenant.
consteval Metric by_database(Metric metric) {
    metric.tenant_from = Dimension::database;
    metric.tenant_label = "datname";
    return metric;
}

using tail::kSnapshotInterval;  ///< of the collectors that read the log
/// Of those that read the sockets.
inline constexpr Duration kSocketInterval = std::chrono::milliseconds(250);
/// Of the port of websockets, which may have thousands of connections.
inline constexpr Duration kRareSocketInterval = std::chrono::seconds(5);

/// Of health probes: each takes a worker for some milliseconds.
inline constexpr Duration kProbeInterval = std::chrono::seconds(15);

/// Of the collectors that look at processes.
inline constexpr Duration kProcessInterval = std::chrono::seconds(5);

}  // namespace erp::odoo
