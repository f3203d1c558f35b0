#include "exporters/postgres/client/visitor.hpp"

#include "exporters/postgres/client/connect.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Duration kVisitTime = 1500ms;
constexpr Duration kConnectTime = 1s;
constexpr Duration kLockWait = 250ms;
constexpr Duration kRunTime = 500ms;
constexpr Duration kLongestHang = 10min;
constexpr Duration kFirstPause = 30s;
constexpr Duration kLongestPause = 10min;
constexpr std::size_t kMostBackoffs = 1000;

Result<Rows> ask(Connecting& connecting, const Statement& statement) {
    const Deadline deadline = Deadline::after(kVisitTime);
    ServerHabits habits;
    auto session = Session::connect(connecting, habits, deadline.at_most(kConnectTime));
    if (!session) return session.error();
    const std::vector<Statement> statements{transaction_isolation(),
                                            transaction_settings(kLockWait, kRunTime), statement};
    std::optional<Result<Rows>> answer;
    const auto done = (*session)->batch(
        statements, deadline,
        [&](std::size_t /*statement*/, Result<Rows> reply) { answer.emplace(std::move(reply)); });
    if (!done) return done.error();
    return std::move(*answer);
}

/// `done` has the reply within the time of a visit; returns when nothing of it is left.
bool run(const SessionOptions& options,
         const Statement& statement,
         const std::function<void(const Result<Rows>&)>& done) {
    Result<Connecting> connecting = Connecting::to(options);
    const Result<Rows> reply =
        connecting ? ask(*connecting, statement) : Result<Rows>(connecting.error());
    done(reply);
    ServerHabits habits;
    if (connecting && connecting->waits()) {
        (void)connecting->go_on(habits, Deadline::after(kLongestHang));
    }
    return reply.has_value();
}

}  // namespace

std::string_view Visitor::preflight() {
    return "SELECT 1 FROM pg_database d WHERE d.datname = $1::text::name AND d.datallowconn "
           "AND has_database_privilege(d.oid, 'CONNECT') AND (d.datconnlimit < 0 OR d.datconnlimit "
           "> "
           "(SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid)) "
           "AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'object' "
           "AND l.classid = 1262 AND l.objid = d.oid AND l.mode IN ('ShareLock', "
           "'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) "
           "AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.database IN (0, d.oid) "
           "AND l.relation < 16384 AND l.mode = 'AccessExclusiveLock') "
           "AND (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') + 5 "
           "< current_setting('max_connections')::int "
           "- current_setting('superuser_reserved_connections')::int";
}

void Visitor::settle() {
    if (shared_->busy || latest_.empty()) return;
    if (!shared_->failed) {
        backoffs_.erase(latest_);
    } else if (backoffs_.size() < kMostBackoffs || backoffs_.contains(latest_)) {
        Backoff& backoff = backoffs_[latest_];
        backoff.pause = std::clamp(2 * backoff.pause, kFirstPause, kLongestPause);
        backoff.until = Clock::now() + backoff.pause;
    }
    latest_.clear();
}

bool Visitor::may_visit(const std::string& datname) {
    if (shared_->busy) return false;
    settle();
    const auto it = backoffs_.find(datname);
    return it == backoffs_.end() || Clock::now() >= it->second.until;
}

void Visitor::visit(const std::string& datname,
                    Statement statement,
                    std::function<void(const Result<Rows>&)> done) {
    if (!worker_) worker_ = std::make_unique<Worker>();
    latest_ = datname;
    shared_->busy = true;
    SessionOptions options = options_;
    options.database = datname;
    worker_->post([shared = shared_, options = std::move(options), statement = std::move(statement),
                   done = std::move(done)] {
        try {
            shared->failed = !run(options, statement, done);
        } catch (const std::exception&) {  // no memory
            shared->failed = true;
        }
        shared->busy = false;
    });
}

}  // namespace erp::postgres
