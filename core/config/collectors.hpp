#pragma once

#include "core/scrape/exporter.hpp"
#include "core/yaml/reader.hpp"

#include <string>
#include <vector>

namespace erp {

/// The settings of all collectors of `exporter` by their position: the rows' defaults, changed by
/// `collectors:` of a target if it is given.
[[nodiscard]] std::vector<CollectorSetting> read_collectors(const std::optional<ConfigValue>& value,
                                                            const Exporter& exporter);

/// "activity=1s locks=2s": the watchers that run and their periods, which a target must be made
/// anew to change.
[[nodiscard]] std::string intervals_text(const std::vector<CollectorSetting>& settings,
                                         const Exporter& exporter);

}  // namespace erp
