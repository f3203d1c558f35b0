#include "exporters/odoo/collectors.hpp"

namespace erp::odoo {
namespace {

constexpr Metric kSuccess{
    .name = "odoo_probe_success",
    .help =
        "Whether the last health probe was answered well, within 10 s; 0 also while one waits for "
        "longer.",
    .labels = {"probe"},
    .source = "HTTP: /web/health"};
constexpr Metric kDuration{
    .name = "odoo_probe_duration_seconds",
    .help =
        "Time from before the connection of the last health probe to its whole answer, or that of "
        "one that still waits if it is longer: how long a user waits for a free worker.",
    .labels = {"probe"},
    .unit = Unit::seconds,
    .source = "HTTP: /web/health"};
constexpr Metric kProbesSent{
    .name = "odoo_probes_total",
    .type = Type::counter,
    .help =
        "Health probes that ended, by how: ok, failed (another status, or no answer), timeout "
        "(60 s, 5 s where the queue takes no connection), refused (nobody listens). Each that was "
        "taken is a request in Odoo's log, of the route health unless probe_path is a page.",
    .labels = {"probe", "result"},
    .source = "HTTP: /web/health"};
constexpr const Metric* kMetrics[] = {&kSuccess, &kDuration, &kProbesSent};
static_assert(broken_rule(kMetrics) == Rule::none);

void add(const View& view, Samples& samples) {
    const auto now = Clock::now();
    for (std::size_t i = 0; i < kProbes; ++i) {
        const ProbeState& state = view.probes->probes[i];
        if (!state.wanted || !state.unsupported.empty()) continue;
        const std::string_view probe = to_string(static_cast<Probe>(i));
        for (std::size_t result = 0; result < kProbeResults; ++result) {
            samples.add(kProbesSent, static_cast<double>(state.results[result]), probe,
                        to_string(static_cast<ProbeResult>(result)));
        }
        const auto success = state.success(now);
        if (success) samples.add(kSuccess, *success ? 1 : 0, probe);
        if (state.last || state.since) samples.add(kDuration, seconds(state.duration(now)), probe);
    }
}

}  // namespace

const Collector kHealthProbes{
    .row = {.name = "probes",
            .summary = "Whether Odoo answers what a load balancer asks, and how soon.",
            .interval = kProbeInterval,
            .metrics = kMetrics},
    .source = Source::probes,
    .add = add};

}  // namespace erp::odoo
