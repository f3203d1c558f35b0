#include "exporters/postgres/watchers/session_load.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace erp::postgres {
namespace {

// The function below pg_stat_activity: the view would join the names of all roles and databases to
// each session, once a second.
constexpr std::string_view kActive =
    "SELECT d.datname, a.wait_event_type, a.sessions FROM (SELECT datid, wait_event_type, "
    "count(*) AS sessions FROM pg_stat_get_activity(NULL) WHERE state = 'active' "
    "AND pid <> pg_backend_pid() AND backend_type IN ('client backend', 'parallel worker') "
    "GROUP BY 1, 2) a JOIN pg_database d ON d.oid = a.datid";

class LoadWatcher final : public Watcher {
  public:
    using Watcher::Watcher;

    [[nodiscard]] std::optional<Statement> next(const ServerState& /*state*/) override {
        return Statement{std::string(kActive), {}, true};
    }
    Result<void> take(const Result<Rows>& reply,
                      const ServerState& /*state*/,
                      Clock::time_point at) override {
        if (!reply) return reply.error();
        const auto sessions = to_active_sessions(*reply);
        if (!sessions) return sessions.error();
        load_.add(*sessions, at, 3 * interval());
        return {};
    }
    void know_databases(const std::vector<DatabaseName>& databases) override {
        load_.know_databases(databases);
    }
    [[nodiscard]] Samples samples() const override { return load_.samples(); }

  private:
    SessionLoad load_;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<LoadWatcher>(interval);
}

}  // namespace

std::size_t wait_class(std::optional<std::string_view> wait_event_type) {
    // Types as of 13 to 18; 19 calls BufferPin Buffer.
    constexpr std::pair<std::string_view, std::string_view> kTypes[] = {{"IO", "io"},
                                                                        {"Lock", "lock"},
                                                                        {"LWLock", "lwlock"},
                                                                        {"BufferPin", "bufferpin"},
                                                                        {"Buffer", "bufferpin"},
                                                                        {"IPC", "ipc"},
                                                                        {"Client", "client"},
                                                                        {"Timeout", "timeout"},
                                                                        {"Extension", "extension"}};
    std::string_view name = wait_event_type ? "other" : "cpu";
    for (const auto& [type, known] : kTypes) {
        if (wait_event_type == type) name = known;
    }
    return static_cast<std::size_t>(std::ranges::find(kWaitClasses, name) - kWaitClasses.begin());
}

Result<std::vector<ActiveSessions>> to_active_sessions(const Rows& rows) {
    if (rows.columns() != 3) return Error{Phase::parse, "expected three columns"};
    std::vector<ActiveSessions> all;
    all.reserve(static_cast<std::size_t>(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        all.push_back({std::string(rows.label(i, 0)), wait_class(rows.text(i, 1)),
                       rows.number(i, 2).value_or(0)});
    }
    return all;
}

void SessionLoad::know_databases(const std::vector<DatabaseName>& databases) {
    std::erase_if(seconds_, [&](const auto& entry) {
        return !std::ranges::binary_search(databases, entry.first, {}, &DatabaseName::name);
    });
}

void SessionLoad::add(const std::vector<ActiveSessions>& sessions,
                      Clock::time_point at,
                      Duration longest) {
    const Duration step =
        previous_ ? std::clamp(at - *previous_, Duration::zero(), longest) : Duration::zero();
    previous_ = at;
    for (const ActiveSessions& active : sessions)
        seconds_[active.datname][active.wait_class] += active.count * seconds(step);
}

Samples SessionLoad::samples() const {
    Samples samples;
    samples.count_since(since_);
    for (const auto& [datname, classes] : seconds_) {
        for (std::size_t i = 0; i < classes.size(); ++i) {
            if (classes[i] > 0) samples.add(kActiveSeconds, classes[i], datname, kWaitClasses[i]);
        }
    }
    return samples;
}

const Collector kSessionLoad{
    .row = {.name = "session_load",
            .summary = "Active sessions of each database by what they wait for, sampled.",
            .interval = std::chrono::seconds(1),
            .metrics = kSessionLoadMetrics,
            .cap = &kSessionLoadCap},
    .needs_monitor = true,
    .watch = watch};

}  // namespace erp::postgres
