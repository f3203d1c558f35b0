#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/collectors/from_zero.hpp"

namespace erp::odoo {
namespace {

using counting::add_sums;
constexpr Metric kRecordsTotal =
    by_database({.name = "odoo_log_records_total",
                 .type = Type::counter,
                 .help = "Records of the log; a retried conflict is logged as an ERROR too.",
                 .labels = {"datname", "level", "area"},
                 .source = "log"});
constexpr Metric kSuspicious{
    .name = "odoo_log_suspicious_records_total",
    .type = Type::counter,
    .help =
        "Records that a client may have forged, by a line break or the name of a database, which "
        "count as nothing else: time (goes back, or is ahead, by more than 5 s), pid (no process "
        "of this Odoo), "
        "login (in the name of a login), database (what it says may be a name that was asked for).",
    .labels = {"reason"},
    .source = "log"};
constexpr Metric kRefused{
    .name = "odoo_log_refused_counts_total",
    .type = Type::counter,
    .help =
        "Counts that went into _other, since all rows of their kind or all names of a label "
        "are taken.",
    .source = "log"};
constexpr const Metric* kMetrics[] = {&kRecordsTotal, &kSuspicious, &kRefused};
static_assert(broken_rule(kMetrics) == Rule::none);

constexpr std::array<Texts<1>, 4> kReasons{{{"time"}, {"pid"}, {"login"}, {"database"}}};

void add(const View& view, Samples& samples) {
    const LogCounts& counts = *view.log;
    const auto itself = [](std::uint64_t count) { return count; };
    add_sums<Records, Label::datname, Label::level, Label::area>(samples, kRecordsTotal, counts,
                                                                 itself);
    add_sums_from_zero<Suspicious, Label::reason>(samples, kSuspicious, counts, kReasons);
    samples.add(kRefused, static_cast<double>(counts.refused));
}

}  // namespace

const Collector kRecords{
    .row = {.name = "records",
            .summary = "Records of the log by level and area, and those that cannot be true.",
            .interval = kSnapshotInterval,
            .metrics = kMetrics},
    .source = Source::log,
    .add = add};

}  // namespace erp::odoo
