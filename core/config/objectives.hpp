#pragma once

#include "core/tenancy/objectives.hpp"
#include "core/yaml/reader.hpp"

namespace erp {

/// `objectives:` of a tenant, or of all; what is refused is left out.
[[nodiscard]] Objectives read_objectives(const ConfigValue& value);

}  // namespace erp
