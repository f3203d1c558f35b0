#pragma once

#include "exporters/traefik/collector.hpp"

#include <span>

namespace erp::traefik {

extern const Collector kRequests;
extern const Collector kLatency;
extern const Collector kConnections;
extern const Collector kTransfer;
extern const Collector kServers;
extern const Collector kUnmatched;
extern const Collector kActivity;
extern const Collector kTopPaths;
extern const Collector kLog;
extern const Collector kNative;

/// All of them; their positions are those of a Collection.
[[nodiscard]] std::span<const Collector* const> collectors();

}  // namespace erp::traefik
