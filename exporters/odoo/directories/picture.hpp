#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace erp::odoo {

/// What the files of one database take.
struct FilestoreSize {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;  ///< sum of their lengths
};

/// Session files. In 14 and 15 they are flat, from 16 on in folders by the first two letters.
struct SessionCounts {
    std::uint64_t all = 0;
    std::uint64_t recent = 0;  ///< written in the last kRecent seconds
    static constexpr double kRecent = 900;
};

/// The file system that holds the filestore.
struct SpaceLeft {
    double free_bytes = 0;  ///< for ordinary users
    double size_bytes = 0;
    std::optional<double> free_inodes = {};  ///< nothing: it makes them as needed
    std::optional<double> inodes = {};
};

/// What is known of an Odoo's data directory. Immutable once published.
struct DirectoryPicture {
    std::string data_dir = {};
    std::optional<SpaceLeft> space = {};
    std::optional<Error> space_problem = {};
    std::map<std::string, FilestoreSize> filestores;  ///< by database folder
    std::optional<FilestoreSize> unknown = {};  ///< the sum of those whose names are not shown
    /// Why a folder, or all of them, is not among them.
    std::optional<Error> filestore_problem = {};
    bool filestores_complete = false;  ///< each folder was walked to its end in the last round
    double filestores_at = 0;          ///< Unix time of the end of the last round; 0: none yet
    std::optional<SessionCounts> sessions = {};
    std::optional<Error> sessions_problem = {};
};

}  // namespace erp::odoo
