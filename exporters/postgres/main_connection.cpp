#include "exporters/postgres/main_connection.hpp"

#include <algorithm>
#include <utility>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Duration kConnectTime = 5s;
constexpr Duration kWatcherConnectTime = 1s;  // a collection may wait behind it
constexpr Duration kAuthPause = 30s;          // no lockout storms
constexpr Duration kWatcherPause = 5s;        // between connects that no scrape asked for
constexpr Duration kSampleTime = 1s;
constexpr Duration kSizeTime = 1s;
constexpr auto kSizeLimit = 250ms;  // a collection and a sample may wait behind one statement
constexpr Duration kWalkShare = 200ms;
constexpr Duration kNamesAge = 10s;       // how long a dropped database may still be shown
constexpr auto kLockBudget = 250ms;       // waiting for locks, over all statements of a batch
constexpr auto kStatementLimit = 5000ms;  // one statement may not eat a whole collection

/// Settings of our sessions, each failing alone: what a version does not know is left out.
std::vector<Statement> introductions(int version) {
    std::vector<Statement> all{{"SET idle_in_transaction_session_timeout = '10s'"},
                               {"SET jit = off"},
                               {"SET default_transaction_read_only = on"},
                               {"SET search_path = pg_catalog"}};
    if (version >= 140000) all.push_back({"SET client_connection_check_interval = '2s'"});
    if (version >= 150000) all.push_back({"SET stats_fetch_consistency = none"});
    return all;
}

long long milliseconds(Duration d) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

/// Server-side limits and what the next plan needs, in one row. The lock budget is shared by the
/// statements, so that a locked catalog costs a batch a quarter of a second and not that for each.
Statement limits_statement(Duration limit, std::size_t statements) {
    const long long lock = std::max(
        kLockBudget.count() / static_cast<long long>(std::max<std::size_t>(statements, 1)), 10LL);
    return {
        "SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false), "
        "pg_has_role(current_user, 'pg_monitor', 'USAGE')",
        {std::to_string(lock), std::to_string(milliseconds(limit))}};
}

Statement limits_statement(Deadline deadline, std::size_t statements) {
    return limits_statement(std::clamp<Duration>(deadline.left() - 200ms, 100ms, kStatementLimit),
                            statements);
}

}  // namespace

MainConnection::MainConnection(SessionOptions options,
                               std::span<const Collector* const> collectors,
                               std::size_t lock_waits,
                               std::size_t database_size,
                               Watch watch)
    : options_(std::move(options)),
      collectors_(collectors),
      lock_waits_(lock_waits),
      database_size_(database_size),
      watch_(watch),
      walk_(watch.size_interval) {
    state_.address = options_.address;
}

Result<void> MainConnection::ensure_session(Deadline deadline, Duration connect_time) {
    if (session_ && session_->alive()) return {};
    close();
    // A secret that is not there yet has bothered no server: it may be looked for again at once.
    Result<Secret> secret = options_.password.read();
    if (!secret) return secret.error();
    const bool refused = auth_error_ && secret->reveal() == refused_.reveal();
    if (refused && Clock::now() - *last_attempt_ < kAuthPause) return *auth_error_;
    last_attempt_ = Clock::now();
    auth_error_.reset();
    Result<std::unique_ptr<Session>> session =
        Session::connect(options_, habits_, deadline.at_most(connect_time));
    if (!session) {
        if (session.error().phase == Phase::auth) {
            auth_error_ = session.error();
            refused_ = std::move(*secret);
        }
        return session.error();
    }
    session_ = std::move(*session);
    open_ = true;
    Result<void> introduced = introduce(deadline);
    if (!introduced) close();
    return introduced;
}

Result<void> MainConnection::introduce(Deadline deadline) {
    state_.version = session_->server_version();
    std::vector<Statement> statements = introductions(state_.version);
    statements.push_back(limits_statement(deadline, 1));
    std::optional<Error> refused;
    const auto done = session_->batch(statements, deadline, [&](std::size_t i, Result<Rows> reply) {
        if (i + 1 < statements.size()) return;
        if (reply) {
            learn(*reply);
        } else {
            refused = reply.error();
        }
    });
    if (!done) return done.error();
    if (refused) return *refused;
    return {};
}

void MainConnection::learn(const Rows& rows) {
    if (rows.size() == 1 && rows.columns() == 3) state_.may_monitor = rows.is_true(0, 2);
}

void MainConnection::collect(Collection& collection) {
    // What watchers know needs no server, so it comes first.
    report_locks(collection);
    report_sizes(collection);
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
    if (const auto ready = ensure_session(collection.deadline(), kConnectTime); !ready) {
        return ready.error();
    }
    if (collection.wants(lock_waits_) && !locks_.fresh(watch_.lock_interval).value) {
        const auto sampled = take_sample(collection.deadline().at_most(kSampleTime));
        if (!sampled) return sampled.error();
        report_locks(collection);
    }
    std::vector<std::size_t> plan;
    for (std::size_t i = 0; i < collectors_.size(); ++i) {
        const Collector& collector = *collectors_[i];
        if (!collection.wants(i) || collector.statement == nullptr) continue;
        if (collector.needs_monitor && !state_.may_monitor) {
            collection.absent(i, Unavailable::privilege);
        } else {
            plan.push_back(i);
        }
    }
    return ask(collection, plan);
}

Result<void> MainConnection::ask(Collection& collection, const std::vector<std::size_t>& plan) {
    std::vector<Statement> statements{limits_statement(collection.deadline(), plan.size())};
    for (const std::size_t i : plan) {
        statements.push_back({std::string(collectors_[i]->statement(state_))});
    }
    auto mark = Clock::now();
    Result<void> done = session_->batch(
        statements, collection.deadline(), [&](std::size_t reply_of, Result<Rows> reply) {
            const auto begun = std::exchange(mark, Clock::now());
            if (reply_of == 0) {
                collection.answered();  // an error is an answer too
                if (reply) learn(*reply);
                return;
            }
            const std::size_t i = plan[reply_of - 1];
            // The first reply may have told that the role has lost its right since the plan.
            const bool hidden = collectors_[i]->needs_monitor && !state_.may_monitor;
            if (hidden || (!reply && reply.error().phase == Phase::privilege)) {
                collection.absent(i, Unavailable::privilege, Clock::now() - begun);
            } else if (!reply && reply.error().phase == Phase::unsupported) {
                collection.absent(i, Unavailable::unsupported, Clock::now() - begun);
            } else if (!reply) {
                collection.fail(i, reply.error(), Clock::now() - begun);
            } else if (Result<Samples> samples = collectors_[i]->parse(*reply, state_); samples) {
                const auto lacks = collectors_[i]->hidden;
                const Unavailable missing = lacks ? lacks(*reply) : Unavailable::no;
                collection.succeed(i, std::move(*samples), Clock::now() - begun, missing);
            } else {
                collection.fail(i, samples.error(), Clock::now() - begun);
            }
        });
    if (!done) close();
    return done;
}

void MainConnection::report_locks(Collection& collection) {
    const auto locks = locks_.fresh(watch_.lock_interval);
    if (!locks.value || !collection.wants(lock_waits_)) return;
    const auto begun = Clock::now();
    Samples samples = lock_waits_samples(*locks.value);
    collection.succeed(lock_waits_, std::move(samples), Clock::now() - begun, Unavailable::no,
                       locks.at);
}

void MainConnection::report_sizes(Collection& collection) {
    if (!collection.wants(database_size_)) return;
    if (const auto sizes = sizes_.fresh(watch_.size_interval); sizes.value) {
        const auto begun = Clock::now();
        Samples samples = database_size_samples(*sizes.value);
        collection.succeed(database_size_, std::move(samples), Clock::now() - begun,
                           Unavailable::no, sizes.at);
    } else if (sizes_.latest().value == nullptr) {
        collection.succeed(database_size_, Samples(),
                           Duration::zero());  // the first walk has begun
    }
}

void MainConnection::sample_locks() {
    if (!session_ || !session_->alive()) {
        if (last_attempt_ && Clock::now() - *last_attempt_ < kWatcherPause) return;
        if (!ensure_session(Deadline::after(kSampleTime), kWatcherConnectTime)) return;
    }
    (void)take_sample(Deadline::after(kSampleTime));
}

Result<void> MainConnection::take_sample(Deadline deadline) {
    const bool names_due = !names_at_ || Clock::now() - *names_at_ > kNamesAge;
    std::vector<Statement> statements{limits_statement(deadline, 1),
                                      {std::string(waiters_statement(state_.version))}};
    if (names_due) statements.push_back({"SELECT datname FROM pg_database"});
    std::optional<std::vector<Waiter>> waiters;
    const auto done = session_->batch(statements, deadline, [&](std::size_t i, Result<Rows> reply) {
        if (!reply) return;
        if (i == 1) {
            if (auto parsed = to_waiters(*reply)) waiters = std::move(*parsed);
        } else if (i == 2) {
            std::vector<std::string> names;
            names.reserve(static_cast<std::size_t>(reply->size()));
            for (int row = 0; row < reply->size(); ++row)
                names.emplace_back(reply->label(row, 0));
            sampler_.set_databases(names);
            walk_.set_databases(std::move(names));
            if (const auto seen = sizes_.latest(); seen.value) {
                sizes_.publish(walk_.sizes(), seen.at);  // without what was dropped since
            }
            names_at_ = Clock::now();
        }
    });
    if (!done) {
        close();
        return done.error();
    }
    if (waiters) {
        locks_.publish(sampler_.add(*waiters, Clock::now(), 3 * watch_.lock_interval));
    }
    return {};
}

void MainConnection::walk_sizes() {
    // A share of each tick, so that a walk over many databases delays neither samples nor scrapes.
    const Deadline share = Deadline::after(kWalkShare);
    while (session_ && session_->alive() && !share.passed()) {
        const auto datname = walk_.next(Clock::now());
        if (!datname) return;
        if (!visit(*datname)) return close();
        sizes_.publish(walk_.sizes());
    }
}

Result<void> MainConnection::visit(const std::string& datname) {
    const std::vector<Statement> statements{limits_statement(kSizeLimit, 1),
                                            {std::string(kSizeStatement), {datname}}};
    return session_->batch(
        statements, Deadline::after(kSizeTime), [&](std::size_t i, Result<Rows> reply) {
            if (i == 0) return;
            if (!reply) return walk_.saw(datname, reply.error());
            const auto bytes = reply->size() == 1 ? reply->number(0, 0) : std::nullopt;
            walk_.saw(datname, bytes ? Result<double>(*bytes)
                                     : Result<double>(Error{Phase::parse, "no size"}));
        });
}

}  // namespace erp::postgres
