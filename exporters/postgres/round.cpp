#include "exporters/postgres/round.hpp"

#include <algorithm>
#include <string_view>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

// Waiting for locks, over all statements of a round: a locked catalog costs it a quarter of a
// second and not that for each of them.
constexpr auto kLockBudget = 250ms;
constexpr long long kLeastLockWait = 10;

long long milliseconds(Duration d) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

constexpr std::string_view kLearn =
    "pg_has_role(current_user, 'pg_monitor', 'USAGE'), pg_is_in_recovery(), "
    "has_function_privilege('pg_control_system()', 'EXECUTE') "
    "AND has_function_privilege('pg_control_checkpoint()', 'EXECUTE') "
    "AND has_function_privilege('pg_control_recovery()', 'EXECUTE')";

Statement limits_statement(Duration limit, std::size_t statements) {
    const auto share = static_cast<long long>(std::max<std::size_t>(statements, 1));
    const long long lock = std::max(kLockBudget.count() / share, kLeastLockWait);
    return {std::string("SELECT set_config('lock_timeout', $1, false), "
                        "set_config('statement_timeout', $2, false), ")
                .append(kLearn),
            {std::to_string(lock), std::to_string(milliseconds(limit))},
            true};
}

}  // namespace

Result<void> Round::run(Session& session, Deadline deadline, Duration limit, OnReply on_limits) {
    // Behind a pooler the limits are those of our role, see packaging/postgresql/monitor-role.sql.
    statements_.insert(statements_.begin(),
                       session.pooled()
                           ? Statement{std::string("SELECT NULL, NULL, ").append(kLearn)}
                           : limits_statement(limit, statements_.size()));
    on_reply_.insert(on_reply_.begin(), std::move(on_limits));
    auto mark = Clock::now();
    return session.batch(statements_, deadline, [&](std::size_t i, Result<Rows> reply) {
        const auto begun = std::exchange(mark, Clock::now());
        if (on_reply_[i]) on_reply_[i](std::move(reply), begun);
    });
}

}  // namespace erp::postgres
