#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace erp::tail {

/// Whether `name` is a form of the log `base` that was rotated away: `access.log.1`,
/// `access.log.2.gz`, `access.log-20260724`, `access.log.old`, `access-2026-07-24T00-00-00.log`,
/// `access.1.log`. Before the extension, and behind a dash, only a date will do: `app-17.log` is
/// another log than `app.log`. Names without a path. Pure.
[[nodiscard]] bool is_rotated_name(std::string_view base, std::string_view name);
/// The same of two paths, which have to be in one folder. Pure.
[[nodiscard]] bool is_rotated_path(std::string_view base, std::string_view path);

/// Whether the rotated form `a` is the older one as far as its name tells: of numbers the higher,
/// of anything else what sorts first. An order. Pure.
[[nodiscard]] bool older_name(std::string_view a, std::string_view b);

/// The rotated forms of a log in its folder, in no order. Empty when that cannot be read.
struct Siblings {
    std::vector<std::string> paths;
    std::string unreadable;  ///< one that is compressed otherwise than by gzip; empty: none is
};
/// Of the log at `path`, without `others`: paths as canonical_place() gives them.
[[nodiscard]] Siblings rotated_siblings(const std::string& path,
                                        const std::vector<std::string>& others);
/// A path whose folder is free of links; the file itself may be one, or not be there.
[[nodiscard]] std::string canonical_place(const std::string& path);

/// The files that a glob pattern matches, sorted, without compressed ones and those that are
/// rotated forms of another match or of one of `bases`: a log may be without its name for a while.
/// A path without wildcards is itself, whether it exists or not.
[[nodiscard]] std::vector<std::string> matching_logs(const std::string& pattern,
                                                     const std::vector<std::string>& bases);
[[nodiscard]] bool is_pattern(std::string_view path);
/// Whether matching_logs() would look at this path, be it there or not.
[[nodiscard]] bool is_matched(const std::string& pattern, const std::string& path);

}  // namespace erp::tail
