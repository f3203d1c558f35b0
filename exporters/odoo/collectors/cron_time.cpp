#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

using counting::add_histograms;
constexpr Metric kDurations =
    by_database({.name = "odoo_cron_duration_seconds",
                 .type = Type::histogram,
                 .help = "Time from the start of a run of a job to its end.",
                 .labels = {"datname", "cron"},
                 .unit = Unit::seconds,
                 .source = "log: ir_cron"});
constexpr const Metric* kMetrics[] = {&kDurations};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    add_histograms<CronDurations>(samples, kDurations, *view.log, bounds::kCron);
}

}  // namespace

const Collector kCronTime{.row = {.name = "cron_time",
                                  .summary = "How long runs of scheduled jobs take, by the log.",
                                  .enabled = false,
                                  .interval = kSnapshotInterval,
                                  .metrics = kMetrics},
                          .source = Source::log,
                          .add = add};

}  // namespace erp::odoo
