#include "exporters/postgres/watchers/lock_waits.hpp"

#include "core/scrape/published.hpp"
#include "exporters/postgres/client/visitor.hpp"
#include "exporters/postgres/watchers/lock_history.hpp"
#include "exporters/postgres/watchers/lock_metrics.hpp"
#include "exporters/postgres/watchers/lock_report.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace erp::postgres {
namespace {

constexpr std::string_view kUnresolved = "unresolved";
/// pg_locks.locktype of what belongs to a table.
constexpr std::array<std::string_view, 5> kTableLocks{"relation", "extend", "page", "tuple",
                                                      "transactionid"};
constexpr std::uint32_t kFirstOfUsers = 16384;  // below: the server's own (FirstNormalObjectId)

/// Samples who waits, and when a table's name is missing asks whether its database may be visited
/// for it.
class LockWatcher final : public Watcher {
  public:
    using Watcher::Watcher;

    void use(const std::shared_ptr<Visitor>& visitor) override { visitor_ = visitor; }

    [[nodiscard]] bool due(Clock::time_point now) const override {
        return wants_visit_ || Watcher::due(now);
    }

    [[nodiscard]] std::optional<Statement> next(const ServerState& state) override {
        // Before 14 the beginning of a wait is in a column that such a role does not see.
        hidden_ = state.version < 140000 && !state.may_monitor;
        if (hidden_) return std::nullopt;
        if (std::exchange(wants_visit_, false)) {
            request_ = wanted();
            if (request_)
                return Statement{std::string(Visitor::preflight()), {request_->datname}, true};
        }
        request_.reset();
        return Statement{lock_sample_statement(state.version), {}, true};
    }

    Result<void> take(const Result<Rows>& reply,
                      const ServerState& state,
                      Clock::time_point at) override {
        if (request_) {
            take_preflight(reply);
            return {};
        }
        if (!reply) return reply.error();
        Result<std::vector<LockSession>> sessions = to_lock_sessions(*reply, databases_);
        if (!sessions) return sessions.error();
        zero_fill_ = state.page.zero_fill;
        date(*sessions, at);
        std::vector<std::string> relations;
        for (const LockSession& session : *sessions)
            relations.push_back(relation_of(session, *names_, at));
        picture_.publish(to_picture(std::move(*sessions), std::move(relations)), at);
        const auto picture = picture_.latest().value;
        history_.add(picture->waits(), picture->forest, at, 3 * interval());
        // A pooler would keep the connection to the tenant's database.
        wants_visit_ = !state.pooled && wanted().has_value();
        return {};
    }

    void know_databases(const std::vector<DatabaseName>& databases) override {
        databases_.clear();
        for (const DatabaseName& database : databases)
            databases_.emplace(database.oid, database.name);
        history_.know_databases(databases);
    }

    [[nodiscard]] Samples samples() const override {
        Samples samples;
        if (hidden_) return samples;
        history_.show(samples, zero_fill_);
        if (const auto picture = picture_.latest().value) show(*picture, samples);
        return samples;
    }

    [[nodiscard]] std::optional<std::string> report(ReportFormat format) const override {
        const auto latest = picture_.fresh(interval());
        if (!latest.value) return std::nullopt;
        return lock_report(*latest.value, to_unix(latest.at), format);
    }

    [[nodiscard]] Unavailable missing() const override {
        return hidden_ ? Unavailable::privilege : Unavailable::no;
    }

  private:
    [[nodiscard]] std::optional<RelationNames::Request> wanted() const {
        if (!visitor_) return std::nullopt;
        return names_->wanted(
            [this](const std::string& datname) { return visitor_->may_visit(datname); });
    }

    /// Where the server does not say since when a session waits, it is since it was first seen so.
    void date(std::vector<LockSession>& sessions, Clock::time_point at) {
        const auto before = std::exchange(undated_, {});
        for (LockSession& session : sessions) {
            if (!session.wait || session.wait->dated) continue;
            const auto seen = before.find(session.pid);
            const auto since = seen == before.end() ? at : seen->second;
            session.wait->seconds = seconds(at - since);
            undated_[session.pid] = since;
        }
    }

    void take_preflight(const Result<Rows>& reply) {
        if (!reply || reply->size() != 1) {
            names_->learn(*request_, nullptr, Clock::now());  // later, perhaps
            return;
        }
        visitor_->visit(request_->datname, request_->statement(),
                        [names = names_, request = *request_](const Result<Rows>& rows) {
                            names->learn(request, rows ? &*rows : nullptr, Clock::now());
                        });
    }

    std::map<std::uint32_t, std::string> databases_;  ///< names by oid
    std::shared_ptr<Visitor> visitor_;
    std::shared_ptr<RelationNames> names_ = std::make_shared<RelationNames>();
    bool wants_visit_ = false;
    std::optional<RelationNames::Request> request_;  ///< what the statement under way is about
    std::map<int, Clock::time_point> undated_;       ///< by pid, when first seen
    Published<LockPicture> picture_;
    LockHistory history_;
    bool zero_fill_ = true;
    bool hidden_ = false;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<LockWatcher>(interval);
}

}  // namespace

std::string relation_of(const LockSession& session, RelationNames& names, Clock::time_point now) {
    if (!session.wait) return {};
    const LockWait& wait = *session.wait;
    if (std::ranges::find(kTableLocks, wait.locktype) == kTableLocks.end()) return {};
    if (!wait.relation_name.empty()) return wait.relation_name;
    if (wait.relation < kFirstOfUsers || session.datname.empty()) return std::string(kUnresolved);
    return names.find(session.datid, session.datname, wait.relation, now)
        .value_or(std::string(kUnresolved));
}

const Collector kLockWaits{
    .row = {.name = "lock_waits",
            .summary = "Sessions that wait for locks, for what, who blocks them, and for how long.",
            .interval = std::chrono::seconds(1),
            .metrics = kLockWaitsMetrics,
            .cap = &kRootsCap},
    .watch = watch};

}  // namespace erp::postgres
