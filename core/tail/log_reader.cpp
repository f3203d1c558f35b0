#include "core/tail/log_reader.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {

LogReader::LogReader(TailOptions options,
                     std::shared_ptr<LineConsumer> consumer,
                     std::string name,
                     std::shared_ptr<Log> log)
    : consumer_(std::move(consumer)),
      session_(std::move(options), *consumer_),
      name_(std::move(name)),
      log_(std::move(log)),
      thread_([this] { run(); }) {}

LogReader::~LogReader() {
    stop();
}

void LogReader::stop() {
    stopping_ = true;
    watch_.wake();
    if (thread_.joinable()) thread_.join();
}

void LogReader::run() {
    session_.start(Clock::now());
    auto watched = Clock::time_point();
    while (!stopping_) {
        const auto begun = Clock::now();
        const bool more = session_.round(begun);
        if (session_.snapshot_due(Clock::now())) (void)session_.snapshot(Clock::now());
        report();
        if (more) continue;
        const TailOptions& options = session_.options();
        if (begun - watched >= options.poll) {
            // What changed between round() and this is found by the next poll at the latest.
            if (!watch_.watch(session_.paths())) session_.count(TailError::watch);
            watched = begun;
        }
        const Duration rest = begun + options.pace - Clock::now();
        if (rest > Duration::zero() && watch_.pause(rest)) continue;
        const Duration until = std::min(options.poll, options.snapshot_interval);
        if (watch_.wait(until) == FileWatch::Woken::renamed) watched = {};
    }
    (void)session_.snapshot(Clock::now());
}

/// Each change once.
void LogReader::report() {
    const auto now = session_.state();
    reported_.resize(now->entries.size());
    std::uint64_t failed = 0;
    for (std::size_t i = 0; i < reported_.size(); ++i) {
        const EntryState& entry = now->entries[i];
        failed += entry.errors[static_cast<std::size_t>(TailError::snapshot)];
        if (reported_[i] == entry.problem) continue;
        reported_[i] = entry.problem;
        if (entry.problem.empty()) {
            log_->info("log is read", {{"target", name_}, {"file", entry.name}});
        } else {
            log_->warn("log is not read",
                       {{"target", name_}, {"file", entry.name}, {"reason", entry.problem}});
        }
    }
    if (failed > 0 && snapshot_errors_ == 0)
        log_->error("snapshot cannot be written: reading waits", {{"target", name_}});
    snapshot_errors_ = failed;
}

}  // namespace erp::tail
