#pragma once

#include "core/base/log.hpp"
#include "core/scrape/watcher.hpp"
#include "exporters/odoo/directories/picture.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace erp::odoo {

struct DirectoryOptions {
    /// The data directory as we can open it, or empty while it is not known yet. Called from the
    /// watcher's thread before each round.
    std::function<std::string()> data_dir;
    /// Whether a database of this name is known, so that its name may be shown. Called from the
    /// watcher's thread.
    std::function<bool(std::string_view)> known;
    Duration interval = std::chrono::minutes(15);  ///< of a round over all files, at the least
    static constexpr Duration kSpaceInterval = std::chrono::seconds(30);
    Duration space_interval = kSpaceInterval;  ///< of a look at the space left
};

/// Looks at the data directory of one Odoo on a thread of low priority: walks files for a tenth of
/// the time at most. Publishes at each look at the space left and after each piece of a walk. A
/// file system that hangs holds the thread and nothing else.
class DirectoryWatcher : public Watcher<DirectoryPicture> {
  public:
    /// `name` is the target's, for the log, which must outlive the thread.
    DirectoryWatcher(DirectoryOptions options, std::string name, Log& log);
};

}  // namespace erp::odoo
