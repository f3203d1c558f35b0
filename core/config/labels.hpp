#pragma once

#include "core/scrape/exporter.hpp"
#include "core/yaml/reader.hpp"

#include <string>
#include <utility>
#include <vector>

namespace erp {

/// `labels:` of a target. A label that a metric of the target has already would give a series two
/// values of it, so the metric tables decide what is refused.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_labels(
    const ConfigValue& value, const Exporter& exporter);

}  // namespace erp
