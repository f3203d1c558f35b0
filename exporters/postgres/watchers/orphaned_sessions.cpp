#include "exporters/postgres/watchers/orphaned_sessions.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace erp::postgres {
namespace {

// Odoo names its connections odoo-<pid> from 17 on (sql_db.py). A client of another host has
// process numbers of its own. Its address is NULL over a socket, and to a role without pg_monitor.
// A session that waits for its client ends at once when that closes: an orphan works, or waits for
// something else.
constexpr std::string_view kNamedByProcess =
    "SELECT datname, CASE WHEN datname IS NULL THEN pid ELSE substr(application_name, 6)::int END, "
    "extract(epoch FROM backend_start)::float8, "
    "extract(epoch FROM clock_timestamp() - backend_start)::float8, works, client_port FROM ("
    "SELECT NULL AS datname, pid, application_name, backend_start, true AS works, "
    "current_setting('port')::int AS client_port FROM pg_stat_activity "
    "WHERE pid = pg_backend_pid() UNION ALL "
    "(SELECT datname, pid, application_name, backend_start, "
    "wait_event IS DISTINCT FROM 'ClientRead', client_port FROM pg_stat_activity "
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
        auto found = find_orphans(*reply, LocalProcesses(), look_at_client_ends);
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

/// Sessions of one database that no process of that name has.
struct Suspects {
    std::vector<double> tcp;  ///< ages in seconds, of those whose end nobody holds
    std::vector<double> unix;
    bool unknown = false;
};

void add(Orphans& orphans, const std::vector<double>& ages) {
    for (const double age : ages) {
        ++orphans.sessions;
        orphans.oldest_seconds = std::max(orphans.oldest_seconds, age);
    }
}

/// Of unix sockets it is known how many are abandoned, not which: all suspects, or none, or it
/// cannot be told.
std::optional<Orphans> judge(const Suspects& suspects, const ClientEnds& ends, std::size_t unix) {
    Orphans orphans;
    if (suspects.unknown) return std::nullopt;
    add(orphans, suspects.tcp);
    if (suspects.unix.empty() || (ends.listens_unix && ends.abandoned_unix == 0)) return orphans;
    if (!ends.listens_unix || ends.abandoned_unix < unix) return std::nullopt;
    add(orphans, suspects.unix);
    return orphans;
}

/// A row of the reply.
struct Named {
    std::optional<std::string> datname;
    int pid = 0;  ///< that it is named after
    double start = 0;
    double age = 0;
    bool works = false;
    int port = 0;
};

std::optional<Named> to_named(const Rows& rows, int row) {
    const auto pid = to_int(rows.label(row, 1));
    const auto start = rows.number(row, 2);
    const auto age = rows.number(row, 3);
    const auto port = to_int(rows.label(row, 5));
    if (!pid || !start || !age || !port || !rows.text(row, 4)) return std::nullopt;
    if (*pid <= 0 || *pid > INT32_MAX || *port > UINT16_MAX || *port < -1) return std::nullopt;
    Named named{{},   static_cast<int>(*pid), *start,
                *age, rows.is_true(row, 4),   static_cast<int>(*port)};
    if (const auto datname = rows.text(row, 0)) named.datname = *datname;
    return named;
}

void suspect(Suspects& suspects, const ClientEnds& ends, const Named& session) {
    if (session.port < 0) {
        suspects.unix.push_back(session.age);
        return;
    }
    const auto end = ends.tcp.find(static_cast<std::uint16_t>(session.port));
    if (!ends.listens_tcp) suspects.unknown = true;
    if (end == ends.tcp.end() || !end->second) suspects.tcp.push_back(session.age);
}

}  // namespace

Result<std::optional<std::map<std::string, Orphans>>> find_orphans(
    const Rows& rows,
    const LocalProcesses& processes,
    const std::function<Result<ClientEnds>(std::uint16_t port)>& look) {
    if (rows.columns() != 6) return Error{Phase::parse, "expected six columns"};
    std::vector<Named> sessions;
    for (int i = 0; i < rows.size(); ++i) {
        if (auto session = to_named(rows, i)) sessions.push_back(std::move(*session));
    }
    const auto own =
        std::ranges::find_if(sessions, [](const Named& session) { return !session.datname; });
    if (own == sessions.end() || !processes.sees(own->pid, own->start)) return std::nullopt;
    std::map<std::string, Suspects> found;
    std::optional<ClientEnds> ends;
    Containers containers(processes);
    std::size_t unix = 0;
    for (const Named& session : sessions) {
        if (!session.datname) continue;
        Suspects& suspects = found[*session.datname];
        if (!session.works || !is_orphan(processes, session.pid, session.start) ||
            containers.may_own(session.pid, session.start))
            continue;
        if (!ends) {
            auto seen = look(static_cast<std::uint16_t>(own->port));
            if (!seen) return std::nullopt;
            ends = std::move(*seen);
        }
        if (session.port < 0) ++unix;
        suspect(suspects, *ends, session);
    }
    std::map<std::string, Orphans> orphans;
    for (const auto& [datname, suspects] : found) {
        if (const auto known = judge(suspects, ends.value_or(ClientEnds()), unix))
            orphans[datname] = *known;
    }
    return orphans;
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
