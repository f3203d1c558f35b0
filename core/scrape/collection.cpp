#include "core/scrape/collection.hpp"

#include <utility>

namespace erp {

std::string_view to_string(Unavailable reason) {
    switch (reason) {
        case Unavailable::no:
            return "no";
        case Unavailable::unsupported:
            return "unsupported";
        case Unavailable::privilege:
            return "privilege";
        case Unavailable::disabled:
            return "disabled";
    }
    return "no";
}

Collection::Collection(CollectorSet wanted,
                       std::size_t collectors,
                       Deadline deadline,
                       std::function<void()> changed,
                       Foldings foldings)
    : wanted_(wanted),
      deadline_(deadline),
      changed_(std::move(changed)),
      foldings_(std::move(foldings)) {
    state_.results.resize(collectors);
}

bool Collection::awaits_locked(std::size_t collector) const {
    return !state_.finished && collector < state_.results.size() && wanted_.test(collector) &&
           state_.results[collector].state == CollectorResult::State::pending;
}

bool Collection::awaits(std::size_t collector) const {
    const std::lock_guard lock(mutex_);
    return awaits_locked(collector);
}

bool Collection::report(std::size_t collector, CollectorResult result) {
    {
        const std::lock_guard lock(mutex_);
        if (!awaits_locked(collector)) return false;
        result.at = Clock::now();
        state_.results[collector] = std::move(result);
    }
    changed_();
    return true;
}

void Collection::answered() {
    const std::lock_guard lock(mutex_);
    if (!state_.finished) state_.up = true;
}

void Collection::about_readers(Samples samples) {
    const std::lock_guard lock(mutex_);
    state_.readers = std::make_shared<const Samples>(std::move(samples));
}

void Collection::succeed(std::size_t collector,
                         Samples samples,
                         Duration work,
                         Unavailable missing,
                         std::optional<Clock::time_point> as_of) {
    CollectorResult result;
    result.as_of = as_of.value_or(Clock::now());
    result.state = CollectorResult::State::succeeded;
    result.unavailable = missing;
    const bool capped = collector < foldings_.size() && foldings_[collector] && !samples.empty();
    if (capped && !awaits(collector)) return;
    const auto begun = Clock::now();
    result.samples = capped ? foldings_[collector]->fold(std::move(samples), begun)
                            : std::make_shared<const Samples>(std::move(samples));
    work += Clock::now() - begun;
    result.work = work;
    report(collector, std::move(result));
}

void Collection::fail(std::size_t collector, Error error, Duration work) {
    CollectorResult result;
    result.state = CollectorResult::State::failed;
    result.error = std::move(error);
    result.work = work;
    report(collector, std::move(result));
}

void Collection::absent(std::size_t collector, Unavailable reason, Duration work) {
    succeed(collector, Samples(), work, reason);
}

void Collection::end_locked(const Error& reason) {
    state_.finished = true;
    for (std::size_t i = 0; i < state_.results.size(); ++i) {
        CollectorResult& result = state_.results[i];
        if (!wanted_.test(i) || result.state != CollectorResult::State::pending) continue;
        result.state = CollectorResult::State::failed;
        result.error = reason;
        result.at = Clock::now();
    }
}

void Collection::fail_all(Error error) {
    {
        const std::lock_guard lock(mutex_);
        if (state_.finished) return;
        end_locked(error);
        state_.target_error = std::move(error);
    }
    changed_();
}

void Collection::finish() {
    {
        const std::lock_guard lock(mutex_);
        if (state_.finished) return;
        end_locked({Phase::timeout, "no answer by the end of the collection"});
    }
    changed_();
}

Collection::State Collection::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

bool Collection::finished() const {
    const std::lock_guard lock(mutex_);
    return state_.finished;
}

}  // namespace erp
