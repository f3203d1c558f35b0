#pragma once

#include "exporters/postgres/collector.hpp"

#include <span>

namespace erp::postgres {

/// Of a reply that is one row with a column for each metric, in their order; NULL gives no sample.
/// The metrics have no labels.
[[nodiscard]] Result<Samples> one_row(const Rows& rows, std::span<const Metric* const> metrics);

}  // namespace erp::postgres
