#pragma once

#include "core/tail/log_file.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace erp::tail {

/// Which files stand at a log's path and under its rotated names.
struct FileNames {
    struct Named {
        std::string name;  ///< a path
        FileLook look;
        bool wanted = false;                      ///< by whoever listed them
        std::unique_ptr<LogFile> file = nullptr;  ///< open, if it was wanted
    };

    std::optional<FileLook> newest;  ///< at the log's own path; nothing: none is
    std::vector<Named> rotated;      ///< regular files, as older_name() orders them
    std::string unreadable;          ///< see Siblings

    [[nodiscard]] bool has(const std::string& name) const;
    /// Whether `look` is the file at the log's own path, or nothing as there is none.
    [[nodiscard]] bool newest_is(const std::optional<FileLook>& look) const;
    /// Whether the same files stand under the same names.
    [[nodiscard]] bool same_as(const FileNames& other) const;
};

/// A folder cannot be listed at once: of names that a writer shifts meanwhile one may be passed
/// over on its way to the next. What is the same twice was so between the two times. `others`: see
/// rotated_siblings().
[[nodiscard]] FileNames list_names(const std::string& path, const std::vector<std::string>& others);

/// The file of that look under that name. Null: it cannot be opened, or another one has the name.
[[nodiscard]] std::unique_ptr<LogFile> open_named(const std::string& name, const FileLook& look);

}  // namespace erp::tail
