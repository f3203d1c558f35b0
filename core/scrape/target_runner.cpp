#include "core/scrape/target_runner.hpp"

#include "core/scrape/self_metrics.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <string>
#include <utility>

namespace erp {
namespace {

constexpr Duration kImpatient = std::chrono::seconds(1);  ///< for a target that was late once
/// A collection that its target does not end by its deadline is ended after this.
constexpr Duration kGuard = std::chrono::milliseconds(500);

}  // namespace

TargetRunner::TargetRunner(std::shared_ptr<const TargetConfig> config,
                           const Exporter& exporter,
                           const TargetFactory& make,
                           Services services)
    : config_(std::move(config)),
      exporter_(exporter),
      services_(services),
      target_(make(config_, services)),
      state_log_(services.log, config_->name),
      guard_(services.io),
      kept_(exporter.collectors.size()) {
    last_.results.resize(exporter.collectors.size());
    for (const CollectorRow* row : exporter.collectors) {
        foldings_.push_back(row->cap == nullptr ? nullptr : std::make_shared<Folding>(*row->cap));
    }
}

void TargetRunner::stop(Stop why) {
    stopped_ = why;
    guard_.cancel();
    progress();  // one that has ended is whole
    cut_ = std::move(running_);
    target_->stop();
    changed_.notify();
}

void TargetRunner::configure(std::shared_ptr<const TargetConfig> config) {
    config_ = std::move(config);
    // Nobody would notice any more that one is dropped.
    if (databases_ && !config_->collectors[databases_from_].enabled) databases_.reset();
}

CollectorSet TargetRunner::enabled() const {
    CollectorSet set;
    for (std::size_t i = 0; i < config_->collectors.size(); ++i) {
        set.set(i, config_->collectors[i].enabled);
    }
    return set;
}

CollectorSet TargetRunner::due(CollectorSet asked) const {
    const auto now = Clock::now();
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        const Duration age = config_->collectors[i].minimum_age;
        if (age > Duration::zero() && kept_[i].samples && now - kept_[i].at < age) asked.reset(i);
    }
    return asked;
}

void TargetRunner::begin(CollectorSet wanted) {
    wanted |= std::exchange(queued_, {});
    const auto executor = services_.io.get_executor();
    // Until we have looked, one call to look is enough.
    auto called = std::make_shared<std::atomic<bool>>(false);
    auto changed = [weak = weak_from_this(), executor, called] {
        if (called->exchange(true)) return;
        asio::post(executor, [weak, called] {
            called->store(false);
            if (const auto self = weak.lock()) self->progress();
        });
    };
    running_ = std::make_shared<Collection>(wanted, exporter_.collectors.size(),
                                            Deadline::after(config_->limit), std::move(changed),
                                            foldings_);
    timeout_counted_ = false;
    guard_.expires_at(running_->deadline().at() + kGuard);
    guard_.async_wait([late = std::weak_ptr<Collection>(running_)](auto error) {
        const auto collection = late.lock();
        if (!error && collection) {
            collection->fail_all({Phase::timeout, "the collection did not end by its deadline"});
        }
    });
    try {
        target_->collect(running_);
    } catch (const std::exception& e) {
        running_->fail_all({Phase::query, std::string("collecting failed: ") + e.what()});
    }
}

void TargetRunner::progress() {
    if (running_ && running_->finished()) end(running_->state());
    changed_.notify();
}

void TargetRunner::end(const Collection::State& state) {
    guard_.cancel();
    learn_databases(state.results);
    for (std::size_t i = 0; i < state.results.size(); ++i) {
        const CollectorResult& result = state.results[i];
        if (!running_->wants(i)) continue;
        last_.results[i] = result;
        // Of a server that is down a watcher tells what it knew.
        if (state.up && result.state == CollectorResult::State::succeeded) {
            kept_[i] = {result.samples, result.unavailable, result.work, result.at, result.as_of};
        }
    }
    CollectorSet phases;  // each phase counts once a collection
    const auto failed = [&](const Error& error) {
        if (error.phase == Phase::timeout && timeout_counted_) return;
        phases.set(static_cast<std::size_t>(error.phase));
    };
    if (state.target_error) {
        failed(*state.target_error);
    } else {
        for (const CollectorResult& result : state.results) {
            if (result.error) failed(*result.error);
        }
    }
    for (const Phase phase : kPhases) {
        if (phases.test(static_cast<std::size_t>(phase))) count_failure(phase);
    }
    state_log_.note_target(state.up, state.target_error);
    // What ended the conversation is said once, not again for each collector that it cost.
    for (std::size_t i = 0; !state.target_error && i < state.results.size(); ++i) {
        if (!running_->wants(i)) continue;
        state_log_.note_collector(exporter_.collectors[i]->name, state.results[i].error);
    }
    in_time_ =
        !timeout_counted_ && !(state.target_error && state.target_error->phase == Phase::timeout);
    last_.up = state.up;
    last_.readers = state.readers;
    last_.target_error = state.target_error;
    last_took_ = Clock::now() - running_->started();
    last_end_ = Clock::now();
    running_.reset();
}

void TargetRunner::give_up(const Collection& collection, bool full_wait) {
    if (running_.get() != &collection) return;
    if (full_wait) in_time_ = false;
    if (!full_wait || timeout_counted_) return;
    timeout_counted_ = true;
    count_failure(Phase::timeout);
    if (!collection.state().up) {
        state_log_.note_target(false,
                               Error{Phase::timeout, "no answer by the deadline of a request"});
    }
}

Awaitable<TargetView> TargetRunner::scrape(CollectorSet asked,
                                           Deadline deadline,
                                           std::shared_ptr<const Presence> client) {
    const auto self = shared_from_this();
    asked &= enabled();
    const bool patient = in_time_;
    const Deadline until = patient ? deadline : deadline.at_most(kImpatient);
    const CollectorSet needed = due(asked);
    std::shared_ptr<Collection> mine;
    const auto ended = [&] { return stopped_ || (client && client->gone()); };
    while (needed.any() && !ended() && !mine) {
        if (!running_) begin(needed);
        if ((needed & ~running_->wanted()).none()) {
            mine = running_;
        } else if (until.passed()) {
            give_up(*running_, patient && Clock::now() - running_->started() >= kImpatient);
            break;
        } else {
            queued_ |= needed;
            co_await changed_.wait(until);
        }
    }
    if (mine) mine->expect(needed);
    while (mine && !ended() && !mine->is_complete(needed)) {
        if (until.passed()) {
            give_up(*mine, patient && Clock::now() - mine->started() >= kImpatient);
            break;
        }
        co_await changed_.wait(until);
    }
    progress();  // the collection may have ended without its notice having come through the loop
    // The server is not down because a reload ended the conversation.
    if (stopped_ == Stop::reload && needed.any() && (!mine || mine == cut_)) co_return TargetView();
    co_return view(asked, needed, mine);
}

}  // namespace erp
