#pragma once

#include "exporters/postgres/watchers/watcher.hpp"

#include <string>
#include <vector>

namespace erp::postgres {

inline constexpr Metric kFilesystemFree{
    .name = "pg_filesystem_free_bytes",
    .help =
        "Space left to ordinary users on the file system that holds the data directory, the WAL "
        "or a tablespace, where the server is local; absent where we may not look.",
    .labels = {"mount_of", "tablespace"},
    .unit = Unit::bytes,
    .source = "statvfs()"};
inline constexpr Metric kFilesystemSize{.name = "pg_filesystem_size_bytes",
                                        .help = "Size of that file system.",
                                        .labels = {"mount_of", "tablespace"},
                                        .unit = Unit::bytes,
                                        .source = "statvfs()"};
inline constexpr const Metric* kFilesystemMetrics[] = {&kFilesystemFree, &kFilesystemSize};
static_assert(broken_rule(kFilesystemMetrics) == Rule::none);

struct Filesystem {
    std::string mount_of;    ///< data, wal or tablespace
    std::string tablespace;  ///< its name; empty for the first two
    double free = 0;
    double size = 0;
};
struct Filesystems {
    std::vector<Filesystem> seen;
    /// Where the data directory is our role is not told, or a path is closed to our OS user.
    bool hidden = false;
};
/// Rows: mount_of, tablespace or NULL, path. Asks the system, which a dead network file system may
/// hang: not for the I/O thread.
[[nodiscard]] Result<Filesystems> to_filesystems(const Rows& rows);
[[nodiscard]] Samples filesystem_samples(const std::vector<Filesystem>& all);

extern const Collector kFilesystems;

}  // namespace erp::postgres
