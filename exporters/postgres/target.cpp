#include "exporters/postgres/target.hpp"

#include "exporters/postgres/module.hpp"
#include "exporters/postgres/self.hpp"
#include "exporters/postgres/watchers/lock_waits.hpp"

#include <exception>
#include <utility>

namespace erp::postgres {

PostgresTarget::PostgresTarget(std::shared_ptr<const TargetConfig> config,
                               Services services,
                               TargetOptions options)
    : config_(std::move(config)),
      main_(std::make_shared<MainConnection>(
          std::move(options.session), options.page, collectors(), config_->collectors)),
      timer_(services.io) {}

void PostgresTarget::start() {
    watch_again();
}

void PostgresTarget::stop() {
    stopped_ = true;
    timer_.cancel();
    worker_.stop();
}

void PostgresTarget::watch_again() {
    if (stopped_ || main_->tick() == Duration::zero()) return;
    // What is still running or waiting is this one too, and a scrape goes first.
    if (!busy_->collecting && !busy_->watching.exchange(true)) {
        worker_.post([main = main_, busy = busy_] {
            try {
                main->watch();
            } catch (const std::exception&) {  // no memory: the next tick may have some
                main->close();
            }
            busy->watching = false;
        });
    }
    timer_.expires_after(main_->tick());
    timer_.async_wait([this, alive = std::weak_ptr<int>(alive_)](auto error) {
        if (!error && !alive.expired()) watch_again();
    });
}

void PostgresTarget::collect(std::shared_ptr<Collection> collection) {
    ++scrapes_;
    if (busy_->collecting.exchange(true)) {
        collection->fail_all({Phase::busy, "an earlier collection still runs"});
        return;
    }
    worker_.post([main = main_, busy = busy_, collection = std::move(collection)] {
        try {
            main->collect(*collection);
        } catch (const std::exception& error) {  // no memory
            main->close();
            collection->fail_all({Phase::limit, error.what()});
        }
        busy->collecting = false;
    });
}

void PostgresTarget::describe(const Outcome& outcome, Samples& samples) const {
    bool failed = !outcome.up;
    const auto rows = collectors();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!outcome.wanted.test(i)) continue;
        const bool complete = outcome.complete.test(i);
        failed = failed || !complete;
        samples.add(kCollectorSuccess, complete ? 1 : 0, rows[i]->row.name);
        samples.add(kCollectorDuration, seconds(outcome.results[i].work), rows[i]->row.name);
    }
    samples.add(kUp, outcome.up ? 1 : 0);
    samples.add(kLastScrapeDuration, seconds(outcome.took));
    samples.add(kLastScrapeError, failed ? 1 : 0);
    samples.add(kScrapes, scrapes_);
    const ConnectCounts& connects = main_->connects();
    samples.add(kConnects, static_cast<double>(connects.attempts()));
    for (std::size_t i = 0; i < ConnectCounts::kClasses.size(); ++i) {
        const auto errors = static_cast<double>(connects.errors(i));
        if (errors > 0) samples.add(kConnectErrors, errors, ConnectCounts::kClasses[i]);
    }
}

std::vector<std::pair<std::string_view, std::size_t>> PostgresTarget::connections() const {
    return {{"main", main_->is_open() ? 1U : 0U}, {"visit", main_->visits()}};
}

std::optional<std::string> PostgresTarget::report(std::size_t /*report*/,
                                                  ReportFormat format) const {
    return main_->report(kLockWaits, format);
}

}  // namespace erp::postgres
