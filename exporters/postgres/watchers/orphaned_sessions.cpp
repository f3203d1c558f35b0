#include "exporters/postgres/watchers/orphaned_sessions.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace erp::postgres {
namespace {

// Odoo names its connections odoo-<pid> from 17 on (sql_db.py). A client of another host has
// process numbers of its own. Its address is NULL over a socket, and to a role without pg_monitor.
constexpr std::string_view kNamedByProcess =
    "SELECT datname, CASE WHEN datname IS NULL THEN pid ELSE substr(application_name, 6)::int END, "
    "extract(epoch FROM backend_start)::float8, "
    "extract(epoch FROM clock_timestamp() - backend_start)::float8 FROM ("
    "SELECT NULL AS datname, pid, application_name, backend_start FROM pg_stat_activity "
    "WHERE pid = pg_backend_pid() UNION ALL "
    "(SELECT datname, pid, application_name, backend_start FROM pg_stat_activity "
    "WHERE application_name ~ '^odoo-[0-9]{1,7}$' AND backend_type = 'client backend' "
    "AND datname IS NOT NULL "
    "AND (client_addr IS NULL OR client_addr <<= '127.0.0.0/8' OR client_addr = '::1') "
    "LIMIT 10000)) a";

class OrphanWatcher final : public Watcher {
  public:
    using Watcher::Watcher;

    [[nodiscard]] std::optional<Statement> next(const ServerState& /*state*/) override {
        return Statement{std::string(kNamedByProcess), {}, true};
    }
    Result<void> take(const Result<Rows>& reply,
                      const ServerState& /*state*/,
                      Clock::time_point /*at*/) override {
        if (!reply) return reply.error();
        auto found = find_orphans(*reply, LocalProcesses());
        if (!found) return found.error();
        blind_ = !found->has_value();
        orphans_ = std::move(*found).value_or(std::map<std::string, Orphans>());
        return {};
    }
    [[nodiscard]] Samples samples() const override {
        Samples samples;
        for (const auto& [datname, orphans] : orphans_) {
            samples.add(kOrphaned, orphans.sessions, datname);
            if (orphans.sessions > 0) samples.add(kOrphanedOldest, orphans.oldest_seconds, datname);
        }
        return samples;
    }
    [[nodiscard]] Unavailable missing() const override {
        return blind_ ? Unavailable::privilege : Unavailable::no;
    }

  private:
    std::map<std::string, Orphans> orphans_;
    bool blind_ = false;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<OrphanWatcher>(interval);
}

/// A process that began after the session has only got the number of the one that opened it.
bool is_orphan(const LocalProcesses& processes, int pid, double session_start) {
    const LocalProcesses::Process process = processes.look(pid);
    if (process.state == LocalProcesses::State::gone) return true;
    return process.state == LocalProcesses::State::running &&
           process.started > session_start + LocalProcesses::kClockError;
}

/// A session that none of our processes has opened, but maybe one of a container that has this
/// number there.
class Containers {
  public:
    explicit Containers(const LocalProcesses& processes) : processes_(processes) {}

    [[nodiscard]] bool may_own(int pid, double session_start) {
        if (!found_) found_ = processes_.of_containers();
        const auto [first, last] = found_->equal_range(pid);
        return std::any_of(first, last, [&](const auto& process) {
            return !is_orphan(processes_, process.second, session_start);
        });
    }

  private:
    const LocalProcesses& processes_;
    std::optional<std::multimap<int, int>> found_;  ///< looked for when it is needed
};

}  // namespace

Result<std::optional<std::map<std::string, Orphans>>> find_orphans(
    const Rows& rows, const LocalProcesses& processes) {
    if (rows.columns() != 4) return Error{Phase::parse, "expected four columns"};
    std::map<std::string, Orphans> found;
    Containers containers(processes);
    bool trusted = false;
    for (int i = 0; i < rows.size(); ++i) {
        const auto pid = to_int(rows.label(i, 1));
        const auto start = rows.number(i, 2);
        if (!pid || !start || *pid <= 0 || *pid > INT32_MAX) continue;
        const int process = static_cast<int>(*pid);
        const auto datname = rows.text(i, 0);
        if (!datname) {
            trusted = processes.sees(process, *start);
            continue;
        }
        Orphans& orphans = found[std::string(*datname)];
        if (!is_orphan(processes, process, *start) || containers.may_own(process, *start)) continue;
        ++orphans.sessions;
        orphans.oldest_seconds = std::max(orphans.oldest_seconds, rows.number(i, 3).value_or(0));
    }
    if (!trusted) return std::nullopt;
    return found;
}

const Collector kOrphanedSessions{
    .row = {.name = "orphaned_sessions",
            .summary = "Sessions of Odoo processes that are gone, on a server of this host.",
            .interval = std::chrono::seconds(10),
            .metrics = kOrphanedMetrics},
    .needs_monitor = true,
    .needs_local = true,
    .watch = watch};

}  // namespace erp::postgres
