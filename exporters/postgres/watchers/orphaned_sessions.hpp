#pragma once

#include "exporters/postgres/watchers/client_ends.hpp"
#include "exporters/postgres/watchers/local_processes.hpp"
#include "exporters/postgres/watchers/watcher.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace erp::postgres {

inline constexpr Metric kOrphaned = per_database(
    {.name = "pg_sessions_orphaned",
     .help =
         "Sessions named odoo-PID at work whose process on this host, or in a container of it, is "
         "gone, and whose connection nobody holds any more, as a pooler does; absent unless the "
         "server is local and its processes and connections are seen.",
     .labels = {"datname"},
     .source = "pg_stat_activity.application_name, /proc, sock_diag"});
inline constexpr Metric kOrphanedOldest =
    per_database({.name = "pg_session_orphaned_oldest_seconds",
                  .help = "Time since the oldest such session began.",
                  .labels = {"datname"},
                  .unit = Unit::seconds,
                  .source = "pg_stat_activity.backend_start, /proc"});
inline constexpr const Metric* kOrphanedMetrics[] = {&kOrphaned, &kOrphanedOldest};
static_assert(broken_rule(kOrphanedMetrics) == Rule::none);

struct Orphans {
    double sessions = 0;
    double oldest_seconds = 0;
};
/// Of each database with sessions that are named so, also those without orphans; not of those of
/// which it cannot be told. Rows: datname or NULL for our own session, its process, start in Unix
/// time, age in seconds, whether it works (one that waits for its client ends when that closes),
/// the client's port (-1: a unix socket; of our own session the server's). Nothing when what /proc
/// shows of our own session says that it cannot be trusted: hidepid, or a server with process
/// numbers of its own; nor when `look` fails, which is asked when a process is gone, once. Reads
/// files.
[[nodiscard]] Result<std::optional<std::map<std::string, Orphans>>> find_orphans(
    const Rows& rows,
    const LocalProcesses& processes,
    const std::function<Result<ClientEnds>(std::uint16_t port)>& look);

extern const Collector kOrphanedSessions;

}  // namespace erp::postgres
