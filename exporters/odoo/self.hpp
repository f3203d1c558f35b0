#pragma once

#include "core/metrics/rules.hpp"

/// On the page also when nothing of an Odoo can be seen.
namespace erp::odoo {

inline constexpr Metric kUp{
    .name = "odoo_up",
    .help =
        "Whether this Odoo runs, by the best that is looked at: somebody listens on its port, "
        "else its master process is there, else its log can be read, else it answers probes.",
    .shown = Shown::always};
inline constexpr Metric kSourceUp{.name = "odoo_source_up",
                                  .help =
                                      "Whether this source (sockets, processes, log, probes, "
                                      "directories) sees what it should; those "
                                      "that are not configured are absent.",
                                  .labels = {"source"},
                                  .shown = Shown::always};
inline constexpr Metric kSourceBlind{
    .name = "odoo_source_blind",
    .help =
        "Whether this source may not look, cannot on this kernel, or does not know at which "
        "Odoo of several: then it says nothing of Odoo, and odoo_source_up is 0.",
    .labels = {"source"},
    .shown = Shown::always};
inline constexpr const Metric* kSelfMetrics[] = {&kUp, &kSourceUp, &kSourceBlind};
static_assert(broken_rule(kSelfMetrics) == Rule::none);

}  // namespace erp::odoo
