#pragma once

#include "exporters/odoo/counts/log_counts.hpp"

#include <string_view>

namespace erp::odoo {

/// Of the last boot that the log tells of, "17.0-20240924"; empty: it tells of none.
[[nodiscard]] std::string_view version_of(const LogCounts& counts);

}  // namespace erp::odoo
