#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// How many workers a listener's backlog tells of. Odoo's prefork server listens with 8 for each
/// worker (odoo/service/server.py), werkzeug's threaded one with 128.
namespace erp::odoo {

enum class ServerMode : std::uint8_t {
    unknown,   ///< a backlog of neither, or one that net.core.somaxconn may have cut
    prefork,   ///< worker processes, each with one request at a time
    threaded,  ///< one process with a thread for each connection
    /// A backlog of 128 is that of 16 workers, too.
    threaded_or_16_workers,
};
[[nodiscard]] std::string_view to_string(ServerMode mode);

struct WorkerCount {
    ServerMode mode = ServerMode::unknown;
    std::optional<std::uint32_t> workers;  ///< configured at the start; signals can change it
    bool operator==(const WorkerCount&) const = default;
};

/// By the backlog of each listener and the limit of backlogs, where they are known.
[[nodiscard]] WorkerCount count_workers(std::span<const std::uint32_t> backlogs,
                                        std::optional<std::uint32_t> most_backlog);

/// 16 workers never have more than 16 connections, and threads let none wait: `waited` is whether
/// one was seen waiting twice in a row while `busy` were accepted. `processes`, if /proc shows
/// them, have workers or not.
[[nodiscard]] WorkerCount with_evidence(WorkerCount count,
                                        std::size_t busy,
                                        bool waited,
                                        const std::optional<WorkerCount>& processes = {});

}  // namespace erp::odoo
