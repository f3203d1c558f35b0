// What a TargetRunner shows of its target: on a page and on the status page.
#include "core/scrape/self_metrics.hpp"
#include "core/scrape/target_runner.hpp"

#include <utility>

namespace erp {

void TargetRunner::add_part(TargetView& view,
                            std::size_t collector,
                            const CollectorResult& result,
                            bool up) const {
    const Kept& kept = kept_[collector];
    const CollectorSetting& setting = config_->collectors[collector];
    const bool has_watcher = exporter_.collectors[collector]->interval > Duration::zero();
    if (result.state == CollectorResult::State::succeeded) {
        if (up || has_watcher) view.parts.push_back({result.samples, !up});
        return;
    }
    if (!kept.samples) return;
    if (has_watcher) {
        // What it counted stays counted; its gauges are gone.
        view.parts.push_back({kept.samples, true});
    } else if (up && Clock::now() - kept.at <= 3 * setting.minimum_age) {
        view.parts.push_back({kept.samples, false});
    }
}

TargetView TargetRunner::view(CollectorSet asked,
                              CollectorSet needed,
                              std::shared_ptr<Collection> collection) {
    TargetView view;
    view.config = config_;
    view.counts = counts_;
    view.whole = asked == enabled();
    // What was needed and not had is not there, and another's collection knows more than the last.
    const auto newest = !collection && needed.any() ? running_ : collection;
    const Collection::State state = newest ? newest->state() : last_;
    learn_databases(state.results);
    std::vector<CollectorResult> results(kept_.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (collection && collection->wants(i)) {
            results[i] = state.results[i];
        } else if (!needed.test(i) && kept_[i].samples) {
            const Kept& kept = kept_[i];
            results[i] = {CollectorResult::State::succeeded,
                          kept.unavailable,
                          kept.samples,
                          {},
                          kept.work,
                          kept.at,
                          kept.as_of};
        }
    }
    Outcome outcome{.up = state.up,
                    .took = collection ? Clock::now() - collection->started() : last_took_,
                    .target_error = state.target_error,
                    .results = results,
                    .wanted = asked};
    if (!outcome.up && !outcome.target_error) {
        outcome.target_error = Error{Phase::timeout, "no answer by the deadline"};
    }
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (!asked.test(i)) continue;
        add_part(view, i, results[i], outcome.up);
        const bool succeeded = results[i].state == CollectorResult::State::succeeded;
        outcome.complete.set(i, outcome.up && succeeded);
    }
    Samples described;
    target_->describe(outcome, described);
    view.parts.push_back({std::make_shared<const Samples>(std::move(described)), false});
    Samples self_rows;
    add_self_rows(self_rows, outcome);
    view.self = std::make_shared<const Samples>(std::move(self_rows));
    view.readers = state.readers;
    view.collection = std::move(collection);
    return view;
}

void TargetRunner::learn_databases(const std::vector<CollectorResult>& results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (!results[i].samples || results[i].samples->databases().empty()) continue;
        if (!config_->collectors[i].enabled) continue;
        const std::vector<Database>& now = results[i].samples->databases();
        databases_from_ = i;
        if (!databases_ || *databases_ != now) {
            databases_ = std::make_shared<const std::vector<Database>>(now);
        }
    }
}

void TargetRunner::add_self_rows(Samples& samples, const Outcome& outcome) const {
    samples.add(self::kTargetUp, outcome.up ? 1 : 0);
    for (const Phase phase : kPhases) {
        samples.add(self::kTargetFailures,
                    static_cast<double>(failures_[static_cast<std::size_t>(phase)]),
                    to_string(phase));
    }
    if (config_->expected_replicas) {
        samples.add(self::kTargetExpectedReplicas,
                    static_cast<double>(*config_->expected_replicas));
    }
    if (!config_->role.empty()) samples.add(self::kTargetRoleInfo, 1, config_->role);
    for (const auto& [role, count] : target_->connections()) {
        samples.add(self::kConnections, static_cast<double>(count), role);
    }
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        const std::string_view name = exporter_.collectors[i]->name;
        const CollectorSetting& setting = config_->collectors[i];
        if (!setting.enabled) {
            samples.add(self::kCollectorUnavailable, 1, name, to_string(Unavailable::disabled));
        }
        if (!outcome.wanted.test(i)) continue;
        const CollectorResult& result = outcome.results[i];
        samples.add(self::kCollectorSuccess, outcome.complete.test(i) ? 1 : 0, name);
        if (result.state != CollectorResult::State::pending) {
            samples.add(self::kCollectorDuration, seconds(result.work), name);
        }
        const bool complete = outcome.complete.test(i);
        if (complete || kept_[i].samples) {
            const auto as_of = complete ? result.as_of : kept_[i].as_of;
            samples.add(self::kCollectorLastSuccess, to_unix(as_of), name);
        }
        if (foldings_[i]) {
            samples.add(self::kSeriesFolded, static_cast<double>(foldings_[i]->folded()), name);
        }
        if (setting.interval > Duration::zero()) {
            samples.add(self::kCollectorInterval, seconds(setting.interval), name);
        }
        if (result.unavailable != Unavailable::no) {
            samples.add(self::kCollectorUnavailable, 1, name, to_string(result.unavailable));
        }
    }
}

TargetStatus TargetRunner::status() const {
    TargetStatus status;
    status.config = config_;
    status.exporter = &exporter_;
    status.up = last_.up;
    status.asked = last_end_.has_value();
    if (last_.target_error) status.last_error = last_.target_error->phase;
    if (last_end_) status.age = Clock::now() - *last_end_;
    status.took = last_took_;
    status.lines = counts_->last_lines;
    status.results = last_.results;
    status.advice = target_->advice();
    if (const std::uint64_t dropped = counts_->last_over_budget; dropped > 0) {
        status.advice.push_back(
            std::to_string(dropped) +
            " lines are left out of the page, histograms first: more than "
            "limits.series_per_target. Raise it, or show less: collectors that are off, options "
            "of the target for what is counted by.");
    }
    return status;
}

}  // namespace erp
