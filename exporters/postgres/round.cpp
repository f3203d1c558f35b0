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
        .append(kMayListFiles);
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
                           : limits_statement(limits, statements_.size()));
    on_reply_.insert(on_reply_.begin(), std::move(on_limits));
    mark_ = Clock::now();
    return session.pooled() ? run_one_by_one(session, deadline, limits)
                            : run_at_once(session, deadline);
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
        const std::array statements{transaction_isolation(),
                                    transaction_settings(lock_wait, limits.run), statements_[i]};
        const auto done = session.batch(
            statements, deadline,
            [&](std::size_t /*statement*/, Result<Rows> answer) { reply(i, std::move(answer)); });
        if (!done) return done.error();
    }
    return {};
}

void Round::reply(std::size_t statement, Result<Rows> reply) {
    met_limits_ = met_limits_ || (!reply && reply.error().phase == Phase::timeout);
    const auto begun = std::exchange(mark_, Clock::now());
    if (on_reply_[statement]) on_reply_[statement](std::move(reply), begun);
}

}  // namespace erp::postgres
