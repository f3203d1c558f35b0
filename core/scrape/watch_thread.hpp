#pragma once

#include "core/base/deadline.hpp"

#include <functional>
#include <stop_token>
#include <thread>

namespace erp {

/// The thread of a watcher that may hang in the kernel (a dead mount, a process that is frozen): a
/// target ends without waiting for it.
class WatchThread {
  public:
    /// `name` is the kernel's for it, at most 15 bytes. `run` must own all it uses, throw nothing,
    /// and return soon after a stop is asked for.
    WatchThread(const char* name, std::function<void(std::stop_token)> run);
    /// As request_stop(); the thread ends on its own.
    ~WatchThread();
    WatchThread(const WatchThread&) = delete;
    WatchThread& operator=(const WatchThread&) = delete;
    WatchThread(WatchThread&&) = delete;
    WatchThread& operator=(WatchThread&&) = delete;

    /// Waits for nothing.
    void request_stop();
    /// request_stop(), and waits for the thread: not on the I/O thread.
    void stop();

  private:
    std::stop_source stop_;
    std::thread thread_;
};

/// Waits so long, or until a stop is asked for; returns whether it is.
[[nodiscard]] bool pause(const std::stop_token& stop, Duration duration);
[[nodiscard]] bool pause_until(const std::stop_token& stop, Clock::time_point until);

}  // namespace erp
