#pragma once

#include <functional>
#include <memory>

namespace erp {

/// One thread with a queue, for a library that blocks. Jobs run in order. stop() drops what waits
/// and does not wait for the job that runs: the thread is left to end on its own and owns its
/// queue, so jobs must share ownership of all they touch.
class Worker {
  public:
    Worker();
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    Worker(Worker&&) = delete;
    Worker& operator=(Worker&&) = delete;

    /// From any thread. Ignored after stop().
    void post(std::function<void()> job);
    void stop();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace erp
