#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/collectors/from_zero.hpp"

namespace erp::odoo {
namespace {

constexpr Metric kLoginsTotal =
    by_database({.name = "odoo_logins_total",
                 .type = Type::counter,
                 .help = "Logins: success, failed, or cooldown (not tried, since this worker saw "
                         "too many failures from there).",
                 .labels = {"datname", "result"},
                 .source = "log: res_users"});
constexpr const Metric* kMetrics[] = {&kLoginsTotal};
static_assert(broken_rule(kMetrics) == Rule::none);

constexpr std::array<Texts<1>, 3> kResults{{{"success"}, {"failed"}, {"cooldown"}}};

void add(const View& view, Samples& samples) {
    add_sums_from_zero<Logins, Label::datname, Label::result>(
        samples, kLoginsTotal, *view.log, for_each_database(*view.log, kResults));
}

}  // namespace

const Collector kLogins{.row = {.name = "logins",
                                .summary = "Logins by their outcome.",
                                .interval = kSnapshotInterval,
                                .metrics = kMetrics},
                        .source = Source::log,
                        .add = add};

}  // namespace erp::odoo
