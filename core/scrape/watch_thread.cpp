#include "core/scrape/watch_thread.hpp"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace erp {

WatchThread::WatchThread(const char* name, std::function<void(std::stop_token)> run)
    : thread_([name, run = std::move(run), stop = stop_.get_token()] {
          ::pthread_setname_np(::pthread_self(), name);
          run(stop);
      }) {}

WatchThread::~WatchThread() {
    request_stop();
    if (thread_.joinable()) thread_.detach();
}

void WatchThread::request_stop() {
    stop_.request_stop();
}

void WatchThread::stop() {
    request_stop();
    if (thread_.joinable()) thread_.join();
}

bool pause_until(const std::stop_token& stop, Clock::time_point until) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_until(lock, stop, until, [] { return false; });
    return stop.stop_requested();
}

bool pause(const std::stop_token& stop, Duration duration) {
    return pause_until(stop, Clock::now() + duration);
}

}  // namespace erp
