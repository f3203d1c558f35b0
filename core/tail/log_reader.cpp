#include "core/tail/log_reader.hpp"

#include "core/tail/file_watch.hpp"
#include "core/tail/snapshot_lock.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <utility>
#include <vector>

namespace erp::tail {
namespace {

/// A reload's earlier reader writes its last snapshot and ends: that is waited for without a word.
constexpr Duration kEnding = std::chrono::seconds(3);
constexpr Duration kTryAgain = std::chrono::milliseconds(50);
constexpr Duration kTryLater = std::chrono::seconds(1);

}  // namespace

/// What the thread uses, all of it.
class LogReader::Run {
  public:
    Run(TailOptions options, std::shared_ptr<LineConsumer> consumer, std::string name, Log& log)
        : consumer_(std::move(consumer)),
          lock_(options.snapshot),
          session_(std::move(options), *consumer_),
          name_(std::move(name)),
          log_(log) {}

    void operator()() {
        ::pthread_setname_np(::pthread_self(), "log reader");
        if (!lock_snapshot()) return;
        session_.start(Clock::now());
        auto watched = Clock::time_point();
        bool behind = false;
        while (!stopping_) {
            const auto begun = Clock::now();
            const bool more = session_.round(begun);
            // Who has caught up shows it.
            if (session_.snapshot_due(Clock::now()) || (behind && !more))
                (void)session_.snapshot(Clock::now());
            behind = more;
            report();
            if (more) continue;
            const TailOptions& options = session_.options();
            if (begun - watched >= options.poll) {
                // What changed between round() and this is found by the next poll at the latest.
                if (!watch_.watch(session_.paths())) session_.count(TailError::watch);
                watched = begun;
            }
            if (rest(begun) == FileWatch::Woken::renamed) watched = {};
        }
        (void)session_.snapshot(Clock::now());
        lock_.release();
    }

    void request_stop() {
        stopping_ = true;
        watch_.wake();
    }
    [[nodiscard]] std::shared_ptr<const ReaderState> state() const { return session_.state(); }

  private:
    /// False: asked to stop before it was free.
    bool lock_snapshot() {
        const auto begun = Clock::now();
        while (const auto refusal = lock_.take()) {
            if (stopping_) return false;
            const bool ending =
                refusal->kind == TailError::locked && Clock::now() - begun < kEnding;
            if (!ending) {
                session_.hold(refusal->kind, refusal->text);
                report();
            }
            (void)watch_.wait(ending ? kTryAgain : kTryLater, FileWatch::For::wake);
        }
        return true;
    }

    /// Between two rounds. What was appended waits for long, names that changed for a moment.
    FileWatch::Woken rest(Clock::time_point begun) {
        using Woken = FileWatch::Woken;
        const TailOptions& options = session_.options();
        const Duration calm = begun + options.calm_pace - Clock::now();
        Woken woken =
            calm > Duration::zero() ? watch_.wait(calm, FileWatch::For::names) : Woken::timeout;
        if (woken == Woken::timeout) {
            return watch_.wait(std::min(options.poll, options.snapshot_interval),
                               FileWatch::For::writes);
        }
        const Duration pace = begun + options.pace - Clock::now();
        if (woken == Woken::renamed && pace > Duration::zero())
            (void)watch_.wait(pace, FileWatch::For::wake);
        return woken;
    }

    /// Each change once.
    void report() {
        const auto now = session_.state();
        reported_.resize(now->entries.size());
        std::uint64_t failed = 0;
        std::uint64_t refused = 0;
        std::uint64_t passed_over = 0;
        for (std::size_t i = 0; i < reported_.size(); ++i) {
            const EntryState& entry = now->entries[i];
            passed_over += entry.passed_over;
            failed += entry.errors[static_cast<std::size_t>(TailError::snapshot)];
            for (const TailError why : {TailError::snapshot_corrupt, TailError::snapshot_future})
                refused += entry.errors[static_cast<std::size_t>(why)];
            if (!entry.unreadable.empty() && unreadable_.insert(entry.name).second) {
                log_.warn("rotated files that are compressed otherwise than by gzip are not read",
                          {{"target", name_}, {"file", entry.name}, {"path", entry.unreadable}});
            }
            if (reported_[i] == entry.problem) continue;
            reported_[i] = entry.problem;
            if (entry.problem.empty()) {
                log_.info("log is read", {{"target", name_}, {"file", entry.name}});
            } else {
                log_.warn("log is not read",
                          {{"target", name_}, {"file", entry.name}, {"reason", entry.problem}});
            }
        }
        if (refused > refused_) {
            log_.error("snapshot is not understood and set aside: what it counted starts again",
                       {{"target", name_},
                        {"file", now->refused},
                        {"bytes_not_counted_at_most", std::to_string(passed_over)}});
        }
        refused_ = refused;
        if (failed > 0 && snapshot_errors_ == 0)
            log_.error("snapshot cannot be written: reading waits", {{"target", name_}});
        snapshot_errors_ = failed;
    }

    std::shared_ptr<LineConsumer> consumer_;
    SnapshotLock lock_;
    TailSession session_;
    std::string name_;
    Log& log_;
    FileWatch watch_;
    std::vector<std::string> reported_;  ///< the problem of each entry that was logged last
    std::set<std::string> unreadable_;   ///< entries of which it was said that they have such files
    std::uint64_t snapshot_errors_ = 0;
    std::uint64_t refused_ = 0;
    std::atomic<bool> stopping_ = false;
};

LogReader::LogReader(TailOptions options,
                     std::shared_ptr<LineConsumer> consumer,
                     std::string name,
                     Log& log)
    : run_(std::make_shared<Run>(std::move(options), std::move(consumer), std::move(name), log)),
      thread_([run = run_] { (*run)(); }) {}

LogReader::~LogReader() {
    request_stop();
    if (thread_.joinable()) thread_.detach();
}

void LogReader::request_stop() {
    run_->request_stop();
}

void LogReader::stop() {
    request_stop();
    if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const ReaderState> LogReader::state() const {
    return run_->state();
}

}  // namespace erp::tail
