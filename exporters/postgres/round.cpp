#include "exporters/postgres/round.hpp"

#include "exporters/postgres/collector.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLeastLockWait = 1ms;  // 0 would be for ever

/// What KnownServer::learn() takes.
std::string learn() {
    return std::string("pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'), ")
        .append("pg_is_in_recovery(), ")
        .append(kMayReadControl)
        .append(", ")
        .append(kMayListFiles)
        .append(", current_setting('server_version_num')::int4");
}

Statement limits_statement(const Round::Limits& limits, std::size_t statements) {
    const auto share = static_cast<int>(std::max<std::size_t>(statements, 1));
    return {
        std::string("SELECT set_config('lock_timeout', $1, false), "
                    "set_config('statement_timeout', $2, false), ")
            .append(learn()),
        {time_setting(std::max(limits.locks / share, kLeastLockWait)), time_setting(limits.run)},
        true};
}

}  // namespace

Result<void> Round::run(Session& session, Deadline deadline, Limits limits, OnReply on_limits) {
    statements_.insert(statements_.begin(),
                       session.pooled()
                           ? Statement{std::string("SELECT NULL, NULL, ").append(learn())}
                           : limits_statement(limits, statements_.size() + last_.size()));
    on_reply_.insert(on_reply_.begin(), std::move(on_limits));
    append_last(limits, session.pooled());
    mark_ = Clock::now();
    return session.pooled() ? run_one_by_one(session, deadline, limits)
                            : run_at_once(session, deadline);
}

/// Behind a pooler each statement gets its limit with itself.
void Round::append_last(const Limits& limits, bool pooled) {
    if (last_.empty()) return;
    const auto limit_next = [&](Duration limit) {
        if (pooled) return;
        add({"SELECT set_config('statement_timeout', $1, false)", {time_setting(limit)}, true}, {});
    };
    limit_next(limits.first_of_last);
    last_at_ = statements_.size();
    last_hang_ = false;
    for (std::size_t i = 0; i < last_.size(); ++i) {
        if (i == 1) limit_next(limits.rest_of_last);
        add(std::move(last_[i].statement), std::move(last_[i].on_reply));
    }
}

Result<void> Round::run_at_once(Session& session, Deadline deadline) {
    return session.batch(statements_, deadline, [this](std::size_t i, Result<Rows> answer) {
        reply(i, std::move(answer));
    });
}

Result<void> Round::run_one_by_one(Session& session, Deadline deadline, Limits limits) {
    for (std::size_t i = 0; i < statements_.size(); ++i) {
        // The first that has to wait may take all there is.
        const Duration lock_wait = met_limits_ ? kLeastLockWait : limits.locks;
        const Duration run = i < last_at_    ? limits.run
                             : i == last_at_ ? limits.first_of_last
                                             : limits.rest_of_last;
        const std::array statements{transaction_isolation(), transaction_settings(lock_wait, run),
                                    statements_[i]};
        const auto done = session.batch(
            statements, deadline,
            [&](std::size_t /*statement*/, Result<Rows> answer) { reply(i, std::move(answer)); });
        if (!done) return done.error();
    }
    return {};
}

void Round::reply(std::size_t statement, Result<Rows> reply) {
    const bool limited = !reply && reply.error().phase == Phase::timeout;
    if (statement < last_at_) met_limits_ = met_limits_ || limited;
    if (statement == last_at_) last_hang_ = limited;
    const auto begun = std::exchange(mark_, Clock::now());
    if (on_reply_[statement]) on_reply_[statement](std::move(reply), begun);
}

}  // namespace erp::postgres
