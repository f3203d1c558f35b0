#include "exporters/postgres/client/visitor.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Duration kVisitTime = 1500ms;
constexpr Duration kConnectTime = 1s;
constexpr Duration kFirstPause = 30s;
constexpr Duration kLongestPause = 10min;
constexpr std::size_t kMostBackoffs = 1000;

Result<Rows> ask(const SessionOptions& options, const Statement& statement) {
    const Deadline deadline = Deadline::after(kVisitTime);
    ServerHabits habits;
    auto session = Session::connect(options, habits, deadline.at_most(kConnectTime));
    if (!session) return session.error();
    if (const auto looked = (*session)->look_for_pooler(deadline); !looked) return looked.error();
    std::vector<Statement> statements;
    if (!(*session)->pooled()) {
        statements.push_back(
            {"SELECT set_config('search_path', 'pg_catalog', false), "
             "set_config('statement_timeout', '500', false), "
             "set_config('lock_timeout', '250', false)"});
    }
    statements.push_back(statement);
    std::optional<Result<Rows>> answer;
    const auto done =
        (*session)->batch(statements, deadline, [&](std::size_t i, Result<Rows> reply) {
            if (i + 1 == statements.size()) answer.emplace(std::move(reply));
        });
    if (!done) return done.error();
    return std::move(*answer);
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
           "AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.database = d.oid "
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
            const Result<Rows> reply = ask(options, statement);
            shared->failed = !reply;
            done(reply);
        } catch (const std::exception&) {  // no memory
            shared->failed = true;
        }
        shared->busy = false;
    });
}

}  // namespace erp::postgres
