#pragma once

#include "core/base/log.hpp"
#include "core/tail/file_watch.hpp"
#include "core/tail/tail_session.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace erp::tail {

/// A session on a thread of its own: woken by inotify and by a poll beside it, no sooner than
/// `pace` after its last read, so that a busy log costs 50 wakeups a second and not one a line.
class LogReader {
  public:
    /// `consumer` is used by the thread alone, up to the end of stop(). `name` is the target's, for
    /// the log.
    LogReader(TailOptions options,
              std::shared_ptr<LineConsumer> consumer,
              std::string name,
              std::shared_ptr<Log> log);
    ~LogReader();
    LogReader(const LogReader&) = delete;
    LogReader& operator=(const LogReader&) = delete;
    LogReader(LogReader&&) = delete;
    LogReader& operator=(LogReader&&) = delete;

    /// Writes and publishes what was read, then ends the thread. Waits for the disk: not for the
    /// I/O thread. A new reader of the same snapshot may be made once it has returned.
    void stop();

    /// Any thread; never null.
    [[nodiscard]] std::shared_ptr<const ReaderState> state() const { return session_.state(); }

  private:
    void run();
    void report();

    std::shared_ptr<LineConsumer> consumer_;
    TailSession session_;
    std::string name_;
    std::shared_ptr<Log> log_;
    FileWatch watch_;
    std::vector<std::string> reported_;  ///< the problem of each entry that was logged last
    std::uint64_t snapshot_errors_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace erp::tail
