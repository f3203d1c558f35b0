#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

using counting::add_sums;
using counting::labels_of;
using counting::to_seconds;
constexpr Metric kRuns = by_database({.name = "odoo_cron_runs_total",
                                      .type = Type::counter,
                                      .help = "Ended runs of a job: ok, partial (more is to do), "
                                              "failed, killed with its worker, or timed_out.",
                                      .labels = {"datname", "cron", "result"},
                                      .source = "log: ir_cron"});
constexpr Metric kSeconds = by_database({.name = "odoo_cron_run_seconds_total",
                                         .type = Type::counter,
                                         .help = "Time that the ended runs of a job took.",
                                         .labels = {"datname", "cron"},
                                         .unit = Unit::seconds,
                                         .source = "log: ir_cron"});
constexpr Metric kSuccess = by_database(
    {.name = "odoo_cron_last_success_timestamp_seconds",
     .help = "When the last good run of a job ended; the column lastcall is no success.",
     .labels = {"datname", "cron"},
     .unit = Unit::seconds,
     .source = "log: ir_cron"});
constexpr Metric kFailure = by_database(
    {.name = "odoo_cron_last_failure_timestamp_seconds",
     .help = "When the last run of a job ended that failed, timed out, or was killed with its "
             "worker.",
     .labels = {"datname", "cron"},
     .unit = Unit::seconds,
     .source = "log: ir_cron"});
constexpr Metric kStart = by_database({.name = "odoo_cron_last_start_timestamp_seconds",
                                       .help = "When a job was last started.",
                                       .labels = {"datname", "cron"},
                                       .unit = Unit::seconds,
                                       .source = "log: ir_cron"});
constexpr Metric kUsualGap = by_database(
    {.name = "odoo_cron_usual_gap_seconds",
     .help = "How long no job of a database begins as a rule: the second longest of the longest "
             "times of the last seven days with a job; from the third of them on.",
     .labels = {"datname"},
     .unit = Unit::seconds,
     .source = "log: ir_cron"});
constexpr Metric kSkips =
    by_database({.name = "odoo_cron_database_skips_total",
                 .type = Type::counter,
                 .help = "Rounds in which all jobs of a database were passed over: "
                         "version_mismatch (its base is of "
                         "another version), modules_pending (one is to be installed, upgraded or "
                         "removed) or recovery (PostgreSQL is a standby).",
                 .labels = {"datname", "reason"},
                 .source = "log: ir_cron"});
constexpr const Metric* kMetrics[] = {&kRuns,  &kSeconds,  &kSuccess, &kFailure,
                                      &kStart, &kUsualGap, &kSkips};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    const LogCounts& counts = *view.log;
    const auto itself = [](std::uint64_t count) { return count; };
    add_sums<CronRuns, Label::datname, Label::cron, Label::result>(samples, kRuns, counts, itself);
    for (const auto& row : counts.of<CronDurations>()) {
        samples.add_row(kSeconds, counting::sum_of(row.cell),
                        labels_of<CronDurations>(counts, row));
    }
    for (const auto& row : counts.of<CronLast>()) {
        const auto labels = labels_of<CronLast>(counts, row);
        if (row.cell.success > 0) samples.add_row(kSuccess, to_seconds(row.cell.success), labels);
        if (row.cell.start > 0) samples.add_row(kStart, to_seconds(row.cell.start), labels);
    }
    for (const auto& row : counts.of<CronFailed>())
        samples.add_row(kFailure, to_seconds(row.cell), labels_of<CronFailed>(counts, row));
    for (const auto& row : counts.of<Rhythms>()) {
        if (const auto gap = usual_gap(row.cell))
            samples.add_row(kUsualGap, to_seconds(*gap), labels_of<Rhythms>(counts, row));
    }
    add_sums<CronSkips, Label::datname, Label::reason>(samples, kSkips, counts, itself);
}

}  // namespace

const Collector kCron{
    .row = {.name = "cron",
            .summary = "Runs of scheduled jobs by the log: how many, how they ended, how long.",
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .source = Source::log,
    .add = add};

}  // namespace erp::odoo
