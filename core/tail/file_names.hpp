#pragma once

#include "core/tail/file_identity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace erp::tail {

/// Which files stand at a log's path and under its rotated names.
struct FileNames {
    struct Named {
        std::string name;  ///< a path
        FileLook look;
    };

    std::optional<FileLook> newest;  ///< at the log's own path; nothing: none is
    std::vector<Named> rotated;      ///< regular files, as older_name() orders them
    std::string unreadable;          ///< see Siblings
    bool at_rest = false;            ///< all of it was so at one moment

    [[nodiscard]] bool has(const std::string& name) const;
    /// Whether `path` leads to this file; nothing: to none.
    [[nodiscard]] bool newest_is(const std::optional<FileLook>& look) const;
};

/// A folder cannot be listed at once: of names that a writer shifts meanwhile one may be passed
/// over on its way to the next, and what is younger would be read before it. So they are listed
/// until nothing moved between two times, some times at the most. `others`: see rotated_siblings().
[[nodiscard]] FileNames names_of(const std::string& path, const std::vector<std::string>& others);

}  // namespace erp::tail
