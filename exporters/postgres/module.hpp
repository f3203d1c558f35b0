#pragma once

#include "core/scrape/exporter.hpp"
#include "exporters/postgres/collector.hpp"

#include <span>

namespace erp::postgres {

/// All collectors, in the order of the reference page.
[[nodiscard]] std::span<const Collector* const> collectors();

extern const Exporter kExporter;

}  // namespace erp::postgres
