#include "core/net/worker.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace erp {

struct Worker::State {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> jobs;
    bool stopped = false;

    void run() {
        for (;;) {
            std::function<void()> job;
            {
                std::unique_lock lock(mutex);
                changed.wait(lock, [this] { return stopped || !jobs.empty(); });
                if (stopped) return;
                job = std::move(jobs.front());
                jobs.pop_front();
            }
            job();
        }
    }
};

Worker::Worker() : state_(std::make_shared<State>()) {
    std::thread([state = state_] { state->run(); }).detach();
}

Worker::~Worker() {
    stop();
}

void Worker::post(std::function<void()> job) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopped) return;
        state_->jobs.push_back(std::move(job));
    }
    state_->changed.notify_one();
}

void Worker::stop() {
    std::deque<std::function<void()>> dropped;
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopped = true;
        dropped.swap(state_->jobs);
    }
    state_->changed.notify_one();
}

}  // namespace erp
