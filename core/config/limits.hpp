#pragma once

#include "core/config/config.hpp"
#include "core/yaml/reader.hpp"

namespace erp {

/// `limits:`; what is missing or refused keeps its default.
[[nodiscard]] Limits read_limits(const ConfigValue& value);

}  // namespace erp
