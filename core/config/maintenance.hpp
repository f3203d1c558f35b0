#pragma once

#include "core/tenancy/maintenance.hpp"
#include "core/yaml/reader.hpp"

#include <vector>

namespace erp {

/// `maintenance:` of a tenant, or of all: weekly windows, and single ones whose `from` and `to` are
/// moments. What is refused is left out.
[[nodiscard]] std::vector<MaintenanceWindow> read_maintenance(const ConfigValue& value);

}  // namespace erp
