#pragma once

#include "core/tail/unwrapper.hpp"
#include "core/yaml/reader.hpp"

#include <string>
#include <vector>

/// What every exporter that reads logs lets an operator say of them.
namespace erp::tail {

/// A path or pattern of glob(7), or a list of 1 to 16 of them, none of which matches another.
void read_log_paths(const ConfigValue& value, std::vector<std::string>& paths);
void read_wrapper(const ConfigValue& value, Wrapping& wrapping);

inline constexpr std::string_view kLogSyntax = "file, pattern or list of them";
inline constexpr std::string_view kWrapperSyntax = "detect|raw|docker|cri";

}  // namespace erp::tail
