#pragma once

#include "core/config/config.hpp"
#include "core/yaml/reader.hpp"

#include <span>
#include <vector>

namespace erp {

/// `targets:`; entries with an error are left out. Each starts as a copy of `defaults`.
[[nodiscard]] std::vector<ConfiguredTarget> read_targets(const ConfigValue& value,
                                                         std::span<const Exporter* const> exporters,
                                                         const Tenancy& tenancy,
                                                         const TargetConfig& defaults);

}  // namespace erp
