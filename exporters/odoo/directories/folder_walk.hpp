#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::odoo {

/// Called again and again during a walk, with the entries that were looked at since the last call;
/// false ends the walk. May sleep.
using Pacer = std::function<bool(std::size_t entries)>;

/// Called for each file; `name` is the last part of its path, `modified` Unix time.
using FileVisitor =
    std::function<void(std::string_view name, std::uint64_t bytes, double modified)>;

struct WalkBounds {
    std::uint64_t files = 5'000'000;  ///< at most so many are looked at
    int depth = 4;                    ///< folders below the first
};

/// How a walk ended.
enum class WalkEnd { complete, bounded, stopped };

/// Visits the regular files of a folder and of those in it. `path` may be a link; below it none is
/// followed. Takes for granted that entries vanish meanwhile. A folder inside that may not be read,
/// is on another file system or too deep is an error: what is incomplete is no size. May block as
/// long as the file system does.
[[nodiscard]] Result<WalkEnd> walk_files(const std::string& path,
                                         const FileVisitor& visit,
                                         const Pacer& pace,
                                         const WalkBounds& bounds = {});

/// Names of the folders in a folder, sorted; at most `most`. Links to folders are among them, and
/// those that lead nowhere.
[[nodiscard]] Result<std::vector<std::string>> folders_in(const std::string& path,
                                                          std::size_t most);

/// Whether it is a symbolic link, wherever that leads.
[[nodiscard]] bool is_link(const std::string& path);

}  // namespace erp::odoo
