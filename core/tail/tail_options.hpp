#pragma once

#include "core/base/deadline.hpp"
#include "core/tail/followed_log.hpp"
#include "core/tail/unwrapper.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace erp::tail {

/// How old what a log's reader shows may be: it is published with each snapshot.
inline constexpr Duration kSnapshotInterval = std::chrono::seconds(5);

struct TailEntry {
    std::string name;  ///< label `file`
    std::string path;  ///< a file or a pattern of glob(7)
    Wrapping wrapping = Wrapping::detect;
    /// What begins each line and cannot stand inside a sound one, for example `{"ClientAddr"`: a
    /// malformed line is searched for a whole one at its end. Empty: it is not.
    std::string line_start = {};
};

struct TailOptions {
    std::vector<TailEntry> entries;
    /// Path of the file that makes restarts exact; its folder must exist. Empty: a restart forgets.
    std::string snapshot;
    FollowOptions follow = {};
    std::size_t most_files = 64;  ///< of an entry
    Duration snapshot_interval = kSnapshotInterval;
    Duration poll = std::chrono::seconds(1);  ///< looks without an event
    /// Between two reads when live, at the least.
    Duration pace = std::chrono::milliseconds(20);
    /// The same while files of the folder are written and none appears, vanishes or is renamed: to
    /// wake up costs as much as a hundred lines. Who cuts a file without a copy of it, or swaps it
    /// where inotify does not see it, takes the lines of that time away.
    Duration calm_pace = std::chrono::milliseconds(200);
};

}  // namespace erp::tail
