#include "exporters/postgres/watchers/lifecycle.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace erp::postgres {
namespace {

// The control file knows a new timeline only from the first checkpoint on; the name of the current
// WAL file begins with it at once.
constexpr std::string_view kLook =
    "SELECT (SELECT string_agg(oid::text, ',') FROM pg_database), pg_is_in_recovery(), ";
constexpr std::string_view kRest =
    ", CASE WHEN pg_is_in_recovery() THEN (SELECT received_tli FROM pg_stat_wal_receiver) "
    "ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END, "
    "extract(epoch FROM pg_postmaster_start_time())::float8, (SELECT "
    "extract(epoch FROM max(backend_start))::float8 FROM pg_stat_activity "
    "WHERE backend_type = 'checkpointer')";

class LifecycleWatcher final : public Watcher {
  public:
    using Watcher::Watcher;

    [[nodiscard]] std::optional<Statement> next(const ServerState& state) override {
        return Statement{std::string(kLook).append(identity_sql(state)).append(kRest), {}, true};
    }
    Result<void> take(const Result<Rows>& reply,
                      const ServerState& /*state*/,
                      Clock::time_point at) override {
        if (!reply) return reply.error();
        auto look = to_lifecycle(*reply);
        if (!look) return look.error();
        lifecycle_.saw(std::move(*look), to_unix(at));
        return {};
    }
    [[nodiscard]] Samples samples() const override { return lifecycle_.samples(); }

  private:
    Lifecycle lifecycle_;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<LifecycleWatcher>(interval);
}

/// What is not known is no other one.
bool differ(const std::string& before, const std::string& now) {
    return !before.empty() && !now.empty() && before != now;
}

bool differ(const std::optional<double>& before, const std::optional<double>& now) {
    return before && now && *before != *now;
}

/// When a server began anew. One that has crashed ends all its processes and starts them again; its
/// own start stays what it was.
std::optional<double> restarted(const Lifecycle::Look& before, const Lifecycle::Look& now) {
    if (differ(before.start, now.start)) return now.start;
    return differ(before.checkpointer, now.checkpointer) ? now.checkpointer : std::nullopt;
}

}  // namespace

Result<Lifecycle::Look> to_lifecycle(const Rows& rows) {
    if (rows.size() != 1 || rows.columns() != 6) return Error{Phase::parse, "expected one row"};
    Lifecycle::Look look;
    for (const std::string_view oid : split(rows.label(0, 0), ',')) {
        if (const auto number = to_int(oid)) look.databases.push_back(*number);
    }
    std::ranges::sort(look.databases);
    look.role = rows.label(0, 1);
    look.system = rows.label(0, 2);
    look.timeline = rows.label(0, 3);
    look.start = rows.number(0, 4);
    look.checkpointer = rows.number(0, 5);
    return look;
}

void Lifecycle::compare_databases(const Look& look) {
    const auto missing = [](const std::vector<long long>& from, const std::vector<long long>& in) {
        std::vector<long long> found;
        std::ranges::set_difference(from, in, std::back_inserter(found));
        return static_cast<double>(found.size());
    };
    created_ += missing(look.databases, last_->databases);
    dropped_ += missing(last_->databases, look.databases);
}

void Lifecycle::saw(Look look, double at) {
    if (last_) {
        const bool other = differ(last_->system, look.system);
        // Databases of another cluster have come or gone with it.
        if (!other) compare_databases(look);
        // A server that took over has another start than the one before; that is no restart.
        const bool switched = differ(last_->timeline, look.timeline);
        const bool stays_standby = last_->role == "t" && look.role == "t";
        if (other || differ(last_->role, look.role) || (switched && !stays_standby)) {
            failover_at_ = at;
        } else {
            if (switched) switch_at_ = at;
            if (const auto start = restarted(*last_, look)) restart_at_ = start;
        }
        if (look.timeline.empty()) look.timeline = last_->timeline;
        if (look.system.empty()) look.system = last_->system;
    }
    last_ = std::move(look);
}

Samples Lifecycle::samples() const {
    Samples samples;
    samples.count_since(since_);
    samples.add(kDatabasesCreated, created_);
    samples.add(kDatabasesDropped, dropped_);
    samples.add(kChange, failover_at_, "failover", "");
    samples.add(kChange, switch_at_, "timeline_switch", "");
    samples.add(kChange, restart_at_, "restart", "");
    return samples;
}

const Collector kLifecycle{
    .row = {.name = "lifecycle",
            .summary = "Restarts, failovers, and databases that come and go.",
            .interval = std::chrono::seconds(10),
            .metrics = kLifecycleMetrics},
    .watch = watch};

}  // namespace erp::postgres
