#include "core/counting/series.hpp"
#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

using counting::add_sums;
constexpr Metric kLoginsTotal =
    by_database({.name = "odoo_logins_total",
                 .type = Type::counter,
                 .help = "Logins: success, failed, or cooldown (not tried, since this worker saw "
                         "too many failures from there).",
                 .labels = {"datname", "result"},
                 .source = "log: res_users"});
constexpr const Metric* kMetrics[] = {&kLoginsTotal};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    add_sums<Logins, Label::datname, Label::result>(samples, kLoginsTotal, *view.log,
                                                    [](std::uint64_t count) { return count; });
}

}  // namespace

const Collector kLogins{.row = {.name = "logins",
                                .summary = "Logins by their outcome.",
                                .interval = kSnapshotInterval,
                                .metrics = kMetrics},
                        .source = Source::log,
                        .add = add};

}  // namespace erp::odoo
