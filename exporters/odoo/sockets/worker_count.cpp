#include "exporters/odoo/sockets/worker_count.hpp"

namespace erp::odoo {
namespace {

constexpr std::uint32_t kForEachWorker = 8;
constexpr std::uint32_t kThreadedBacklog = 128;
constexpr std::uint32_t kAmbiguous = kThreadedBacklog / kForEachWorker;

}  // namespace

std::string_view to_string(ServerMode mode) {
    switch (mode) {
        case ServerMode::prefork:
            return "prefork";
        case ServerMode::threaded:
            return "threaded";
        case ServerMode::threaded_or_16_workers:
            return "threaded_or_16_workers";
        case ServerMode::unknown:
            break;
    }
    return "unknown";
}

WorkerCount count_workers(std::span<const std::uint32_t> backlogs,
                          std::optional<std::uint32_t> most_backlog) {
    if (backlogs.size() == 1 && backlogs[0] == kThreadedBacklog &&
        most_backlog.value_or(0) > kThreadedBacklog)
        return {ServerMode::threaded_or_16_workers, std::nullopt};
    std::uint32_t workers = 0;
    for (const std::uint32_t backlog : backlogs) {
        const bool cut = !most_backlog || backlog >= *most_backlog;
        if (backlog == 0 || backlog % kForEachWorker != 0 || cut) return {};
        workers += backlog / kForEachWorker;
    }
    if (workers == 0) return {};
    return {ServerMode::prefork, workers};
}

WorkerCount with_evidence(WorkerCount count,
                          std::size_t busy,
                          bool waited,
                          const std::optional<WorkerCount>& processes) {
    if (count.mode != ServerMode::threaded_or_16_workers) return count;
    if (processes && processes->mode == ServerMode::prefork)
        return {ServerMode::prefork, kAmbiguous};
    if (processes && processes->mode == ServerMode::threaded)
        return {ServerMode::threaded, std::nullopt};
    if (busy > kAmbiguous) return {ServerMode::threaded, std::nullopt};
    if (busy == kAmbiguous && waited) return {ServerMode::prefork, kAmbiguous};
    return count;
}

}  // namespace erp::odoo
