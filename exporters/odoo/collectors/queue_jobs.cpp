#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

using counting::add_sums;
constexpr Metric kJobs = by_database(
    {.name = "odoo_queue_job_events_total",
     .type = Type::counter,
     .help = "Jobs that the runner handed to a worker (job_asked), gave back to the queue "
             "(job_reset), failed to hand over (job_get_failed; job_stale: a copy), that "
             "failed (job_failed), and starts of the runner (job_runner_ready) and its "
             "errors (job_runner_retry).",
     .labels = {"datname", "event"},
     .source = "log: queue_job"});
constexpr const Metric* kMetrics[] = {&kJobs};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    add_sums<QueueJobs, Label::datname, Label::event>(samples, kJobs, *view.log,
                                                      [](std::uint64_t count) { return count; });
}

}  // namespace

const Collector kQueueJobs{.row = {.name = "queue_jobs",
                                   .summary = "What the runner of OCA queue_job does, by the log.",
                                   .interval = kSnapshotInterval,
                                   .metrics = kMetrics},
                           .source = Source::log,
                           .add = add};

}  // namespace erp::odoo
