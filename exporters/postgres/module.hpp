#pragma once

#include "core/scrape/exporter.hpp"
#include "exporters/postgres/collector.hpp"

#include <span>

namespace erp::postgres {

/// All collectors, in the order of the reference page. Positions of those that a watcher feeds:
inline constexpr std::size_t kLockWaitsAt = 0;
inline constexpr std::size_t kDatabaseSizeAt = 1;
[[nodiscard]] std::span<const Collector* const> collectors();

extern const Exporter kExporter;

}  // namespace erp::postgres
