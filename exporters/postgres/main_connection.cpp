#include "exporters/postgres/main_connection.hpp"

#include "exporters/postgres/client/address.hpp"

#include <algorithm>
#include <utility>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

// A connect that takes longer goes on: the next scrape or look of the watchers waits for it again.
constexpr Duration kConnectTime = 2s;
constexpr Duration kOverdueTime = 200ms;
constexpr Duration kWatcherConnectTime = 200ms;  // a collection may wait behind it
constexpr Duration kWatcherOverdueTime = 20ms;
constexpr Duration kWatcherPause = 5s;  // between connects that no scrape asked for
constexpr Duration kWatchTime = 1s;
constexpr Duration kWatchLimit = 400ms;  // a collection and a sample may wait behind one statement
constexpr Duration kWatchShare = 200ms;
constexpr Duration kLongestTick = 1s;
// For all statements of a round: a locked catalog costs a scrape, and the round of the watchers
// that it may have to wait for, no more than 300 ms.
constexpr Duration kLockWait = 150ms;
constexpr Duration kWatchLockWait = 60ms;
constexpr Duration kStatementLimit = 5000ms;  // one statement may not eat a whole collection

/// For a statement of a batch that ends by `deadline`.
Duration statement_limit(Deadline deadline) {
    return std::clamp<Duration>(deadline.left() - 200ms, 100ms, kStatementLimit);
}

/// What a server lacks or does not let us see is no failure.
void fail(Collection& collection, std::size_t collector, const Error& error, Duration work) {
    if (error.phase == Phase::privilege) {
        collection.absent(collector, Unavailable::privilege, work);
    } else if (error.phase == Phase::unsupported) {
        collection.absent(collector, Unavailable::unsupported, work);
    } else {
        collection.fail(collector, error, work);
    }
}

}  // namespace

MainConnection::MainConnection(SessionOptions options,
                               PageOptions page,
                               std::span<const Collector* const> collectors,
                               const std::vector<CollectorSetting>& settings)
    : collectors_(collectors),
      visitor_(std::make_shared<Visitor>(options)),
      server_(shown_address(options.address), page),
      login_(std::move(options)) {
    for (std::size_t i = 0; i < collectors.size(); ++i) {
        if (collectors[i]->watch == nullptr || !settings[i].enabled) continue;
        const Duration interval = settings[i].interval;
        watches_.push_back({i, collectors[i]->watch(interval)});
        watches_.back().watcher->use(visitor_);
        tick_ = tick_ == Duration::zero() ? kLongestTick : tick_;
        tick_ = std::min(tick_, interval);
    }
    if (watches_.empty()) return;
    server_.tell_databases([this](const Result<std::vector<DatabaseName>>& databases) {
        if (!databases) return judge(databases.error());
        for (const Watch& watch : watches_)
            watch.watcher->know_databases(*databases);
    });
}

Result<void> MainConnection::ensure_session(Deadline deadline,
                                            Duration connect_time,
                                            Duration overdue) {
    if (session_ && session_->alive()) return {};
    close();
    Result<std::unique_ptr<Session>> session =
        login_.connect(deadline.at_most(connect_time), overdue);
    if (!session) return session.error();
    session_ = std::move(*session);
    open_ = true;
    Result<void> met = server_.meet(*session_, deadline);
    if (!met) {
        close();
        return met;
    }
    for (const Watch& watch : watches_)
        watch.watcher->met();
    return met;
}

void MainConnection::collect(Collection& collection) {
    // What watchers know needs no server, so it comes first.
    report_watches(collection);
    const bool kept = session_ && session_->alive();
    Result<void> done = converse(collection);
    // A kept connection may have died of a restart that nobody noticed: the server is asked once
    // more.
    if (!done && kept && done.error().phase == Phase::closed && !collection.state().up) {
        done = converse(collection);
    }
    if (done) {
        collection.finish();
    } else {
        collection.fail_all(done.error());
    }
}

Result<void> MainConnection::converse(Collection& collection) {
    if (const auto ready = ensure_session(collection.deadline(), kConnectTime, kOverdueTime);
        !ready) {
        return ready.error();
    }
    Round round;
    server_.refresh(round);
    plan_watches(collection, round);
    for (std::size_t i = 0; i < collectors_.size(); ++i) {
        if (collection.wants(i) && collectors_[i]->statement != nullptr) plan(collection, i, round);
    }
    const Round::Limits limits{.run = statement_limit(collection.deadline()), .locks = kLockWait};
    Result<void> done = server_.run(round, *session_, collection.deadline(), limits,
                                    [&] { collection.answered(); });
    if (!done || std::exchange(distrusted_, false)) close();
    return done;
}

bool MainConnection::hidden(const Collector& row) const {
    const ServerState& state = server_.state();
    return (row.needs_monitor && !state.may_monitor) ||
           (row.needs_files && !state.may_list_files) ||
           (row.needs_control && !state.may_read_control);
}

bool MainConnection::may_hang(const Collector& row) const {
    return row.reads_statistics && server_.state().version < 150000;
}

Unavailable MainConnection::unavailable(std::size_t collector) const {
    if (collectors_[collector]->needs_local && !server_.state().page.local)
        return Unavailable::disabled;
    return hidden(*collectors_[collector]) ? Unavailable::privilege : Unavailable::no;
}

void MainConnection::plan(Collection& collection, std::size_t collector, Round& round) {
    if (const Unavailable reason = unavailable(collector); reason != Unavailable::no) {
        collection.absent(collector, reason);
        return;
    }
    std::string text = collectors_[collector]->statement(server_.state());
    if (text.empty()) {
        collection.absent(collector, Unavailable::unsupported);
        return;
    }
    Round::OnReply on_reply = [this, &collection, collector](Result<Rows> reply,
                                                             Clock::time_point begun) {
        take(collection, collector, std::move(reply), Clock::now() - begun);
    };
    if (may_hang(*collectors_[collector])) {
        round.add_last({std::move(text), {}, true}, std::move(on_reply));
    } else {
        round.add({std::move(text), {}, true}, std::move(on_reply));
    }
}

void MainConnection::take(Collection& collection,
                          std::size_t collector,
                          Result<Rows> reply,
                          Duration waited) {
    const auto arrived = Clock::now();
    const auto work = [&] { return waited + (Clock::now() - arrived); };
    const Collector& row = *collectors_[collector];
    // The first reply may have told that the role has lost its right since the plan.
    if (hidden(row)) {
        collection.absent(collector, Unavailable::privilege, work());
    } else if (!reply) {
        fail(collection, collector, reply.error(), work());
    } else if (Result<Samples> samples = row.parse(*reply, server_.state()); samples) {
        const Unavailable missing = row.hidden ? row.hidden(*reply) : Unavailable::no;
        collection.succeed(collector, std::move(*samples), work(), missing);
    } else {
        judge(samples.error());
        collection.fail(collector, samples.error(), work());
    }
}

void MainConnection::judge(const Error& error) {
    distrusted_ = distrusted_ || (server_.state().pooled && error.phase == Phase::parse);
}

void MainConnection::report_watches(Collection& collection) {
    for (const Watch& watch : watches_) {
        if (watch.watcher->seen(Clock::now())) report(collection, watch);
    }
}

void MainConnection::report(Collection& collection, const Watch& watch) {
    if (!collection.wants(watch.collector)) return;
    const auto begun = Clock::now();
    Samples samples = watch.watcher->samples();
    collection.succeed(watch.collector, std::move(samples), Clock::now() - begun,
                       watch.watcher->missing(), watch.watcher->seen(begun));
}

std::optional<std::string> MainConnection::report(const Collector& collector,
                                                  ReportFormat format) const {
    for (const Watch& watch : watches_) {
        if (collectors_[watch.collector] == &collector) return watch.watcher->report(format);
    }
    return std::nullopt;
}

void MainConnection::plan_watches(Collection& collection, Round& round) {
    for (const Watch& watch : watches_) {
        if (!collection.wants(watch.collector) || watch.watcher->seen(Clock::now())) continue;
        if (const Unavailable reason = unavailable(watch.collector); reason != Unavailable::no) {
            collection.absent(watch.collector, reason);
            continue;
        }
        auto statement = watch.watcher->ask(server_.state(), Clock::now());
        if (!statement) {
            report(collection, watch);  // it has not begun, or has nothing to do here
            continue;
        }
        round.add(std::move(*statement),
                  [this, &collection, &watch](Result<Rows> reply, Clock::time_point /*begun*/) {
                      const auto taken = watch.watcher->saw(reply, server_.state(), Clock::now());
                      if (taken) {
                          report(collection, watch);
                      } else {
                          judge(taken.error());
                          fail(collection, watch.collector, taken.error(), Duration::zero());
                      }
                  });
    }
}

void MainConnection::watch() {
    if (!session_ || !session_->alive()) {
        if (!login_.waits() && login_.tried_within(kWatcherPause)) return;
        if (!ensure_session(Deadline::after(kWatchTime), kWatcherConnectTime, kWatcherOverdueTime))
            return;
    }
    // A share of each tick, so that a walk over many databases delays neither samples nor scrapes.
    const Deadline share = Deadline::after(kWatchShare);
    do {
        Round round;
        server_.refresh(round);
        for (const Watch& watch : watches_) {
            if (!watch.watcher->due(Clock::now())) continue;
            if (unavailable(watch.collector) != Unavailable::no) continue;
            auto statement = watch.watcher->ask(server_.state(), Clock::now());
            if (!statement) continue;
            round.add(std::move(*statement), [this, &watch](Result<Rows> reply,
                                                            Clock::time_point /*begun*/) {
                const auto taken = watch.watcher->saw(reply, server_.state(), Clock::now());
                if (!taken) judge(taken.error());
            });
        }
        if (round.empty()) return;
        const auto done = server_.run(round, *session_, Deadline::after(kWatchTime),
                                      {.run = kWatchLimit, .locks = kWatchLockWait}, nullptr);
        if (!done || std::exchange(distrusted_, false)) return close();
        if (round.met_limits()) return;  // it may be locked: not at once again
    } while (!share.passed());
}

}  // namespace erp::postgres
