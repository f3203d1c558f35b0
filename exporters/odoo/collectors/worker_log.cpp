#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/collectors/from_zero.hpp"
#include "exporters/odoo/counts/version.hpp"

#include <string_view>

namespace erp::odoo {
namespace {

using counting::add_sums;

constexpr Metric kStarts{.name = "odoo_log_worker_starts_total",
                         .type = Type::counter,
                         .help = "Workers that said in the log that they are alive.",
                         .labels = {"type"},
                         .source = "log: odoo.service.server"};
constexpr Metric kExits{.name = "odoo_log_worker_exits_total",
                        .type = Type::counter,
                        .help =
                            "Ends of workers: timeout, idle (of one for jobs that ran none, as "
                            "when PostgreSQL restarts), "
                            "cpu, memory, max_requests, max_age, crash, parent, or normal (a "
                            "stop).",
                        .labels = {"type", "reason"},
                        .source = "log: odoo.service.server, distinct pids"};
constexpr Metric kVersion{.name = "odoo_build_info",
                          .type = Type::info,
                          .help = "Version of the last boot that the log tells of.",
                          .labels = {"version"},
                          .source = "log: odoo"};
constexpr const Metric* kMetrics[] = {&kStarts, &kExits, &kVersion};
static_assert(broken_rule(kMetrics) == Rule::none);

/// Ends of a worker that was at work; of one whose start is not in the log the type is unknown.
constexpr std::array<Texts<2>, 12> kAtWork{{{"http", "timeout"},
                                            {"http", "cpu"},
                                            {"http", "crash"},
                                            {"cron", "timeout"},
                                            {"cron", "cpu"},
                                            {"cron", "crash"},
                                            {"jobrunner", "timeout"},
                                            {"jobrunner", "cpu"},
                                            {"jobrunner", "crash"},
                                            {"unknown", "timeout"},
                                            {"unknown", "cpu"},
                                            {"unknown", "crash"}}};

void add(const View& view, Samples& samples) {
    const LogCounts& counts = *view.log;
    const auto itself = [](std::uint64_t count) { return count; };
    add_sums<WorkerStarts, Label::worker_type>(samples, kStarts, counts, itself);
    add_sums_from_zero<WorkerExits, Label::worker_type, Label::reason>(samples, kExits, counts,
                                                                       kAtWork);
    if (const std::string_view version = version_of(counts); !version.empty())
        samples.add(kVersion, 1, version);
}

}  // namespace

const Collector kWorkerLog{
    .row = {.name = "worker_log",
            .summary = "Starts and ends of workers by the log, with the reasons.",
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .source = Source::log,
    .add = add};

}  // namespace erp::odoo
