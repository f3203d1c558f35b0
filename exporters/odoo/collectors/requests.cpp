#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/collectors/from_zero.hpp"

namespace erp::odoo {
namespace {

using counting::add_sums;
using counting::labels_of;
using counting::sum_of;
constexpr Metric kRequestsTotal =
    by_database({.name = "odoo_http_requests_total",
                 .type = Type::counter,
                 .help = "Requests that have a line in the log; those of a killed worker have "
                         "none, and most errors of calls are answered with 200.",
                 .labels = {"datname", "route", "status_class"},
                 .source = "log: werkzeug"});
constexpr Metric kFailed =
    by_database({.name = "odoo_http_requests_failed_total",
                 .type = Type::counter,
                 .help = "Of odoo_http_requests_total those with an error in the log that nobody "
                         "expected, each once, whatever its status.",
                 .labels = {"datname", "route"},
                 .source = "log: odoo.http and werkzeug, by pid"});
constexpr Metric kWorkerSeconds =
    by_database({.name = "odoo_http_worker_seconds_total",
                 .type = Type::counter,
                 .help = "Time for which requests held a worker: who uses the workers; without the "
                         "time in the queue before.",
                 .labels = {"datname", "route"},
                 .unit = Unit::seconds,
                 .source = "log: werkzeug, both times"});
constexpr Metric kSqlSeconds =
    by_database({.name = "odoo_http_sql_seconds_total",
                 .type = Type::counter,
                 .help = "Time in SQL statements of requests; a statement that failed, as after a "
                         "wait for a lock, is in the Python part.",
                 .labels = {"datname", "route"},
                 .unit = Unit::seconds,
                 .source = "log: werkzeug, query_time"});
constexpr Metric kQueries = by_database({.name = "odoo_http_queries_total",
                                         .type = Type::counter,
                                         .help = "SQL statements of requests.",
                                         .labels = {"datname", "route"},
                                         .source = "log: werkzeug, query_count"});
constexpr Metric kKilled{
    .name = "odoo_http_requests_killed_total",
    .type = Type::counter,
    .help = "Requests that ended with their worker and have no line, by why it was ended.",
    .labels = {"reason"},
    .source = "log: odoo.service.server, distinct pids"};
constexpr Metric kGevent{
    .name = "odoo_gevent_requests_total",
    .type = Type::counter,
    .help = "Requests of the gevent port: polls and websockets, which last as long as they like.",
    .labels = {"status_class"},
    .source = "log: longpolling"};
constexpr const Metric* kMetrics[] = {&kRequestsTotal, &kFailed, &kWorkerSeconds, &kSqlSeconds,
                                      &kQueries,       &kKilled, &kGevent};
static_assert(broken_rule(kMetrics) == Rule::none);

constexpr std::array<Texts<1>, 3> kAtWork{{{"timeout"}, {"cpu"}, {"crash"}}};

/// 0 for each database and route that has requests.
std::vector<Texts<2>> none_failed(const LogCounts& counts) {
    std::vector<Texts<2>> all;
    for (const auto& row : counts.of<Requests>())
        all.push_back(counting::texts<Label::datname, Label::route>(
            counts, {row.key[counting::position_of<Requests, Label::datname>()],
                     row.key[counting::position_of<Requests, Label::route>()]}));
    return all;
}

void add(const View& view, Samples& samples) {
    const LogCounts& counts = *view.log;
    const auto itself = [](std::uint64_t count) { return count; };
    add_sums<Requests, Label::datname, Label::route, Label::status_class>(samples, kRequestsTotal,
                                                                          counts, itself);
    add_sums_from_zero<FailedRequests, Label::datname, Label::route>(samples, kFailed, counts,
                                                                     none_failed(counts));
    for (const auto& row : counts.of<Work>()) {
        const auto labels = labels_of<Work>(counts, row);
        samples.add_row(kWorkerSeconds, sum_of(row.cell.duration), labels);
        samples.add_row(kSqlSeconds, sum_of(row.cell.sql), labels);
        samples.add_row(kQueries, static_cast<double>(row.cell.queries), labels);
    }
    add_sums_from_zero<Killed, Label::reason>(samples, kKilled, counts, kAtWork);
    add_sums<GeventRequests, Label::status_class>(samples, kGevent, counts, itself);
}

}  // namespace

const Collector kRequests{.row = {.name = "requests",
                                  .summary = "Requests, the time they hold workers, and those that "
                                             "were killed, by database and route.",
                                  .interval = kSnapshotInterval,
                                  .metrics = kMetrics},
                          .source = Source::log,
                          .add = add};

}  // namespace erp::odoo
