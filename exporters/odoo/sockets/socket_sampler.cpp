#include "exporters/odoo/sockets/socket_sampler.hpp"

#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace erp::odoo {
namespace {

/// A look costs at most a hundredth of a core, so that of /proc/net/tcp, which takes 10 ms on a
/// busy host, comes more rarely; but not so rarely that it shows no queue.
constexpr int kRest = 100;
constexpr Duration kLongestRest = std::chrono::seconds(1);

Duration thread_cpu_time() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

/// What the thread uses, all of it.
class SocketSampler::Run {
  public:
    Run(SocketOptions options, std::string name, Log& log)
        // A little shorter, so that looks do not fall into step with what comes each second.
        : step_(options.interval - options.interval / 64),
          session_(std::move(options)),
          name_(std::move(name)),
          log_(log) {}

    void operator()() {
        ::pthread_setname_np(::pthread_self(), "odoo sockets");
        auto next = Clock::now();
        do {
            const auto at = Clock::now();
            const Duration before = thread_cpu_time();
            SocketCounts counts = session_.round(at);
            const Duration rest = kRest * (thread_cpu_time() - before);
            report(counts);
            published_.publish(std::move(counts), at);
            // Looks that were missed are not made up for.
            next = std::max({next + step_, at + std::min(rest, kLongestRest), Clock::now()});
        } while (!wait_for_stop(next));
    }

    void request_stop() {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    [[nodiscard]] Counts latest() const { return published_.latest(); }

  private:
    bool wait_for_stop(Clock::time_point until) {
        std::unique_lock lock(mutex_);
        return wake_.wait_until(lock, until, [this] { return stopping_; });
    }

    /// Each change once.
    void report(const SocketCounts& counts) {
        const std::string problem = counts.problem ? counts.problem->text : std::string();
        if (reported_ && reported_way_ == counts.way && *reported_ == problem) return;
        reported_ = problem;
        reported_way_ = counts.way;
        const std::string_view way = counts.way ? to_string(*counts.way) : "none";
        if (problem.empty()) {
            log_.info("sockets are read", {{"target", name_}, {"source", way}});
        } else {
            log_.warn("sockets show no server",
                      {{"target", name_}, {"source", way}, {"reason", problem}});
        }
    }

    Duration step_;
    SocketSession session_;
    std::string name_;
    Log& log_;
    Published<SocketCounts> published_;
    std::optional<std::string> reported_;  ///< the problem that was logged last; nothing: none yet
    std::optional<SocketWay> reported_way_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
};

SocketSampler::SocketSampler(SocketOptions options, std::string name, Log& log)
    : run_(std::make_shared<Run>(std::move(options), std::move(name), log)),
      thread_([run = run_] { (*run)(); }) {}

SocketSampler::~SocketSampler() {
    request_stop();
    if (thread_.joinable()) thread_.detach();
}

void SocketSampler::request_stop() {
    run_->request_stop();
}

void SocketSampler::stop() {
    request_stop();
    if (thread_.joinable()) thread_.join();
}

SocketSampler::Counts SocketSampler::latest() const {
    return run_->latest();
}

}  // namespace erp::odoo
