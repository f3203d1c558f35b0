#pragma once

#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/collector.hpp"
#include "core/tail/reader_state.hpp"
#include "exporters/traefik/traffic/access_log.hpp"

namespace erp::traefik {

/// What a page shows of a log.
struct LogView {
    const Counted& counted;           ///< as of the last durable snapshot
    const tail::ReaderState& reader;  ///< now
    double now = 0;                   ///< Unix time in seconds
};

/// A collector that reads what the log's reader published.
struct Collector {
    CollectorRow row;
    void (*add)(const LogView& view, Samples& samples) = nullptr;
};

/// Of all collectors here: what is shown is at most so old.
inline constexpr Duration kSnapshotInterval = std::chrono::seconds(5);

}  // namespace erp::traefik
