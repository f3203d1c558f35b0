#include "exporters/odoo/sockets/socket_sampler.hpp"

#include <time.h>

#include <algorithm>
#include <memory>
#include <optional>
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

/// What the thread uses, all of it.
class Run {
  public:
    Run(SocketOptions options, std::string name, Log& log)
        // A little shorter, so that looks do not fall into step with what comes each second.
        : step_(options.interval - options.interval / 64),
          session_(std::move(options)),
          name_(std::move(name)),
          log_(log) {}

    void operator()(const std::stop_token& stop, Published<SocketCounts>& published) {
        auto next = Clock::now();
        do {
            const auto at = Clock::now();
            const Duration before = thread_cpu_time();
            SocketCounts counts = session_.round(at);
            const Duration rest = kRest * (thread_cpu_time() - before);
            report(counts);
            published.publish(std::move(counts), at);
            // Looks that were missed are not made up for.
            next = std::max({next + step_, at + std::min(rest, kLongestRest), Clock::now()});
        } while (!pause_until(stop, next));
    }

  private:
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
    std::optional<std::string> reported_;  ///< the problem that was logged last; nothing: none yet
    std::optional<SocketWay> reported_way_;
};

}  // namespace

SocketSampler::SocketSampler(SocketOptions options, std::string name, Log& log)
    : Watcher("odoo sockets", std::make_shared<Run>(std::move(options), std::move(name), log)) {}

}  // namespace erp::odoo
