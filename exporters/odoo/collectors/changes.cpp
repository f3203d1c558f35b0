#include "core/counting/series.hpp"
#include "core/metrics/change.hpp"
#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

using counting::labels_of;
using counting::to_seconds;
constexpr const Metric* kMetrics[] = {&kChange};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    for (const auto& row : view.log->of<Changes>())
        samples.add_row(kChange, to_seconds(row.cell), labels_of<Changes>(*view.log, row));
}

}  // namespace

const Collector kChanges{
    .row = {.name = "changes",
            .summary = "When something was last changed: boots, stops, modules, registries.",
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .source = Source::log,
    .add = add};

}  // namespace erp::odoo
