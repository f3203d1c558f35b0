#include "exporters/postgres/known_server.hpp"

#include "exporters/postgres/client/login.hpp"

#include <algorithm>
#include <utility>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDatabasesAge = 10s;   // how long a dropped database may still be shown
constexpr Duration kExtensionsAge = 60s;  // they hardly ever come and go
constexpr Round::Limits kMeeting{.run = 1s, .locks = 150ms};
// In all, once a lock was met: enough to see that it has gone.
constexpr Duration kLockedWait = 30ms;
// Before 15 a session waits up to 10 s for the statistics collector, with each statement anew.
constexpr Duration kStatisticsFirst = 1s;
constexpr Duration kStatisticsRest = 500ms;
// Once it hung: enough to see that it has gone on.
constexpr Duration kHangingFirst = 500ms;
constexpr Duration kHangingRest = 20ms;

}  // namespace

KnownServer::KnownServer(std::string address, PageOptions page) : address_(std::move(address)) {
    state_.address = address_;
    state_.page = page;
}

Result<void> KnownServer::meet(Session& session, Deadline deadline) {
    state_.version = session.server_version();
    if (const auto looked = session.look_for_pooler(deadline); !looked) return looked.error();
    state_.pooled = session.pooled();
    if (!state_.pooled) {
        // Before the first query of a round, which a serializable standby would refuse.
        const auto ours = session.batch(introductions(state_.version), deadline,
                                        [](std::size_t /*statement*/, Result<Rows> /*reply*/) {});
        if (!ours) return ours.error();
    }
    Round round;
    // The address may lead to another server by now, whose databases have the same numbers.
    databases_at_.reset();
    extensions_at_.reset();
    ask_extensions(round);
    std::optional<Error> refused;
    const auto done = round.run(session, deadline, kMeeting,
                                [&](Result<Rows> reply, Clock::time_point /*begun*/) {
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

void KnownServer::learn(const Rows& rows) {
    if (rows.size() != 1 || rows.columns() != 7) return;
    state_.may_monitor = rows.is_true(0, 2);
    state_.standby = rows.is_true(0, 3);
    state_.may_read_control = rows.is_true(0, 4);
    state_.may_list_files = rows.is_true(0, 5);
    // A pooler may lead to another server from one round to the next, and itself believe in the
    // version that it saw first.
    const auto version = static_cast<int>(rows.number(0, 6).value_or(state_.version));
    if (std::exchange(state_.version, version) != version) extensions_at_.reset();
}

Result<void> KnownServer::run(Round& round,
                              Session& session,
                              Deadline deadline,
                              Round::Limits limits,
                              const std::function<void()>& on_answer) {
    if (locked_) limits.locks = std::min(limits.locks, kLockedWait);
    limits.first_of_last =
        std::min(limits.run, statistics_hang_ ? kHangingFirst : kStatisticsFirst);
    limits.rest_of_last = std::min(limits.run, statistics_hang_ ? kHangingRest : kStatisticsRest);
    Result<void> done =
        round.run(session, deadline, limits, [&](Result<Rows> reply, Clock::time_point /*begun*/) {
            if (on_answer) on_answer();
            if (reply) learn(*reply);
        });
    locked_ = round.met_limits();
    statistics_hang_ = round.last_hang().value_or(statistics_hang_);
    return done;
}

void KnownServer::refresh(Round& round) {
    if (on_databases_) ask_databases(round);
    ask_extensions(round);
}

void KnownServer::ask_databases(Round& round) {
    if (databases_at_ && Clock::now() - *databases_at_ <= kDatabasesAge) return;
    round.add({std::string(kDatabasesStatement), {}, true},
              [this](Result<Rows> reply, Clock::time_point /*begun*/) {
                  if (!reply) return;
                  const auto databases = to_databases(*reply);
                  if (databases) databases_at_ = Clock::now();
                  on_databases_(databases);
              });
}

void KnownServer::ask_extensions(Round& round) {
    if (extensions_at_ && Clock::now() - *extensions_at_ <= kExtensionsAge) return;
    round.add({"SELECT extname, quote_ident(nspname) FROM pg_extension e "
               "JOIN pg_namespace n ON n.oid = e.extnamespace",
               {},
               true},
              [this](Result<Rows> reply, Clock::time_point /*begun*/) {
                  if (!reply || reply->columns() != 2) return;
                  state_.extensions.clear();
                  for (int row = 0; row < reply->size(); ++row)
                      state_.extensions.emplace(reply->label(row, 0), reply->label(row, 1));
                  extensions_at_ = Clock::now();
              });
}

}  // namespace erp::postgres
