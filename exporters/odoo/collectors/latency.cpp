#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

using counting::labels_of;
using counting::to_distribution;
constexpr Metric kDuration =
    by_database({.name = "odoo_http_request_duration_seconds",
                 .type = Type::histogram,
                 .help = "Time from the moment a worker begins with a request to its answer; the "
                         "time in the queue before is in odoo_http_queue_wait_seconds.",
                 .labels = {"datname", "route"},
                 .unit = Unit::seconds,
                 .source = "log: werkzeug, both times"});
constexpr Metric kSql =
    by_database({.name = "odoo_http_request_sql_seconds",
                 .type = Type::histogram,
                 .help = "Time in SQL statements of a request; a statement that failed, as after a "
                         "wait for a lock, is not in it.",
                 .labels = {"datname", "route"},
                 .unit = Unit::seconds,
                 .source = "log: werkzeug, query_time"});
constexpr const Metric* kMetrics[] = {&kDuration, &kSql};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    for (const auto& row : view.log->of<Work>()) {
        const auto labels = labels_of<Work>(*view.log, row);
        samples.add_distribution(kDuration, to_distribution(row.cell.duration, bounds::kRequest),
                                 labels);
        samples.add_distribution(kSql, to_distribution(row.cell.sql, bounds::kPart), labels);
    }
}

}  // namespace

const Collector kLatency{
    .row = {.name = "latency",
            .summary = "How long requests take, and how long in SQL, by database and route.",
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .source = Source::log,
    .add = add};

}  // namespace erp::odoo
