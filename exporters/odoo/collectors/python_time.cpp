#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

using counting::labels_of;
using counting::to_distribution;
constexpr Metric kPython = by_database(
    {.name = "odoo_http_request_python_seconds",
     .type = Type::histogram,
     .help = "Time of a request outside SQL statements, waits for locks that failed included.",
     .labels = {"datname", "route"},
     .unit = Unit::seconds,
     .source = "log: werkzeug, remaining time"});
constexpr const Metric* kMetrics[] = {&kPython};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    for (const auto& row : view.log->of<Work>()) {
        samples.add_distribution(kPython, to_distribution(row.cell.python, bounds::kPart),
                                 labels_of<Work>(*view.log, row));
    }
}

}  // namespace

const Collector kPythonTime{
    .row = {.name = "python_time",
            .summary = "How long requests take outside SQL, by database and route.",
            .enabled = false,
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .source = Source::log,
    .add = add};

}  // namespace erp::odoo
