#pragma once

#include "core/base/deadline.hpp"
#include "core/base/descriptor.hpp"

#include <map>
#include <string>
#include <vector>

namespace erp::tail {

/// Waits for changes of files, by inotify, or for wake(). What inotify does not see (NFS, the far
/// end of a link, a new folder) is for a poll beside it. wake() from any thread, the rest from one.
class FileWatch {
  public:
    FileWatch();

    /// False: no inotify here, or its limits are reached; wait() then only waits.
    [[nodiscard]] bool watch(const std::vector<std::string>& paths);

    enum class Woken { timeout, written, renamed, asked };
    /// Until something was written to a file or appeared, vanished or was renamed in its folder.
    [[nodiscard]] Woken wait(Duration longest);
    /// Until the time is over or wake() is called, whatever happens to files. True: called.
    [[nodiscard]] bool pause(Duration time);
    void wake();

  private:
    [[nodiscard]] bool add(const std::string& path, unsigned events);

    Descriptor inotify_;
    Descriptor event_;
    std::map<std::string, int> watched_;
};

}  // namespace erp::tail
