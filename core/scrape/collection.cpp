#include "core/scrape/collection.hpp"

#include <algorithm>
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
    for (std::size_t i = 0; i < collectors; ++i)
        pending_.set(i, wanted.test(i));
}

bool Collection::awaits_locked(std::size_t collector) const {
    return !state_.finished && collector < state_.results.size() && pending_.test(collector);
}

bool Collection::is_complete_locked(const CollectorSet& needed) const {
    // A watcher's collectors report without the server.
    return state_.finished || (state_.up && (needed & pending_).none());
}

bool Collection::is_complete(const CollectorSet& needed) const {
    const std::lock_guard lock(mutex_);
    return is_complete_locked(needed);
}

void Collection::expect(const CollectorSet& needed) {
    const std::lock_guard lock(mutex_);
    if (std::ranges::find(expected_, needed) == expected_.end()) expected_.push_back(needed);
}

bool Collection::awaits(std::size_t collector) const {
    const std::lock_guard lock(mutex_);
    return awaits_locked(collector);
}

void Collection::report(std::size_t collector, CollectorResult result) {
    bool completes = false;
    {
        const std::lock_guard lock(mutex_);
        if (!awaits_locked(collector)) return;
        result.at = Clock::now();
        state_.results[collector] = std::move(result);
        pending_.reset(collector);
        completes = std::ranges::any_of(expected_, [&](const CollectorSet& needed) {
            return needed.test(collector) && is_complete_locked(needed);
        });
    }
    if (completes) changed_();
}

void Collection::answered() {
    bool completes = false;
    {
        const std::lock_guard lock(mutex_);
        if (state_.finished || state_.up) return;
        state_.up = true;
        completes = std::ranges::any_of(
            expected_, [&](const CollectorSet& needed) { return is_complete_locked(needed); });
    }
    if (completes) changed_();
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
        if (!pending_.test(i)) continue;
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
