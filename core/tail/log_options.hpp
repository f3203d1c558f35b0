#pragma once

#include "core/tail/unwrapper.hpp"
#include "core/yaml/reader.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// What every exporter that reads logs lets an operator say of them.
namespace erp::tail {

/// A path or pattern of glob(7), or a list of 1 to 16 of them, none of which matches another.
void read_log_paths(const ConfigValue& value, std::vector<std::string>& paths);
void read_wrapper(const ConfigValue& value, Wrapping& wrapping);

/// Descriptors that a reader of these has open at most: what it waits on, its lock, a folder or a
/// snapshot; of each log the file and the one before it. A pattern counts as eight logs, and what
/// is renamed faster than it is let go of is not counted.
[[nodiscard]] std::size_t descriptors_of(const std::vector<std::string>& paths);

inline constexpr std::string_view kLogSyntax = "file, pattern or list of them";
inline constexpr std::string_view kWrapperSyntax = "detect|raw|docker|cri";

}  // namespace erp::tail
