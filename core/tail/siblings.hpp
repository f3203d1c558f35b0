#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace erp::tail {

/// Whether `name` is a form of the log `base` that was rotated away: `access.log.1`,
/// `access.log.2.gz`, `access.log-20260724`, `access.log.old`, `access-2026-07-24T00-00-00.log`.
/// Names without a path. Pure.
[[nodiscard]] bool is_rotated_name(std::string_view base, std::string_view name);

/// Paths of the rotated forms of the log at `path` in its folder, in no order. Empty when the
/// folder cannot be read.
[[nodiscard]] std::vector<std::string> rotated_siblings(const std::string& path);

/// The files that a glob pattern matches, sorted, without those that are rotated forms of another
/// match and without compressed ones. A path without wildcards is itself, whether it exists or not.
[[nodiscard]] std::vector<std::string> matching_logs(const std::string& pattern);
[[nodiscard]] bool is_pattern(std::string_view path);
/// Whether matching_logs() would look at this path, be it there or not.
[[nodiscard]] bool is_matched(const std::string& pattern, const std::string& path);

}  // namespace erp::tail
