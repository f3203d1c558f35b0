#pragma once

#include "core/base/log.hpp"
#include "core/scrape/published.hpp"
#include "exporters/odoo/directories/picture.hpp"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

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

/// Looks at the data directory of one Odoo on a thread of its own, of low priority: walks files for
/// a tenth of the time at most. A file system that hangs holds the thread and nothing else.
class DirectoryWatcher {
  public:
    /// `name` is the target's, for the log, which must outlive the thread.
    DirectoryWatcher(DirectoryOptions options, std::string name, Log& log);
    /// As request_stop(); the thread owns what it uses and ends on its own.
    ~DirectoryWatcher();
    DirectoryWatcher(const DirectoryWatcher&) = delete;
    DirectoryWatcher& operator=(const DirectoryWatcher&) = delete;
    DirectoryWatcher(DirectoryWatcher&&) = delete;
    DirectoryWatcher& operator=(DirectoryWatcher&&) = delete;

    /// Waits for nothing.
    void request_stop();
    /// request_stop(), and waits for the thread: not on the I/O thread.
    void stop();
    /// Any thread. Published at each look at the space left and after each piece of a walk.
    [[nodiscard]] std::shared_ptr<const Published<DirectoryPicture>> published() const {
        return published_;
    }

  private:
    std::shared_ptr<Published<DirectoryPicture>> published_;
    std::stop_source stop_;
    std::thread thread_;
};

}  // namespace erp::odoo
