#pragma once

#include "core/base/deadline.hpp"
#include "core/base/descriptor.hpp"

#include <map>
#include <set>
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
    /// What ends a wait before its time: wake() alone; also a file that appears, vanishes or is
    /// renamed in a folder of theirs; also one that is written.
    enum class For { wake, names, writes };
    [[nodiscard]] Woken wait(Duration longest, For what);
    void wake();

  private:
    /// A queue of events of its own, and the paths it watches.
    struct Queue {
        Descriptor descriptor;
        std::map<std::string, int> watched;
    };
    [[nodiscard]] static bool add(Queue& queue, const std::string& path, unsigned events);
    static void forget_others(Queue& queue, const std::set<std::string>& wanted);
    [[nodiscard]] static Woken drain(const Queue& queue);

    Descriptor event_;
    Queue names_;   ///< of folders
    Queue writes_;  ///< of files
};

}  // namespace erp::tail
