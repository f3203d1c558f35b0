#pragma once

#include "core/base/log.hpp"
#include "core/tail/tail_session.hpp"

#include <memory>
#include <string>
#include <thread>

namespace erp::tail {

/// A session on a thread of its own: woken by inotify and by a poll beside it, no sooner than
/// `pace` after its last read, so that a busy log costs 50 wakeups a second and not one a line.
///
/// The thread holds a lock file beside the snapshot, `<snapshot>.lock`: another reader of the same
/// snapshot, of this process or of another one, begins when it is free, and meanwhile its state
/// says what it waits for.
class LogReader {
  public:
    /// `consumer` is used by the thread alone. `name` is the target's, for the log, which must
    /// outlive the thread.
    LogReader(TailOptions options,
              std::shared_ptr<LineConsumer> consumer,
              std::string name,
              Log& log);
    /// As request_stop(); the thread owns what it uses and ends on its own.
    ~LogReader();
    LogReader(const LogReader&) = delete;
    LogReader& operator=(const LogReader&) = delete;
    LogReader(LogReader&&) = delete;
    LogReader& operator=(LogReader&&) = delete;

    /// The thread writes and publishes what was read, then ends. Waits for nothing.
    void request_stop();
    /// request_stop(), and waits for the thread, which may wait for the disk: not on the I/O
    /// thread.
    void stop();

    /// Any thread; never null.
    [[nodiscard]] std::shared_ptr<const ReaderState> state() const;

  private:
    class Run;
    std::shared_ptr<Run> run_;
    std::thread thread_;
};

}  // namespace erp::tail
