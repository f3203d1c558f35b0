#pragma once

#include "core/metrics/rules.hpp"

/// On the page also when the log cannot be read.
namespace erp::traefik {

inline constexpr Metric kUp{
    .name = "traefik_up",
    .help = "Whether every configured access log could be read and its counts could be kept.",
    .shown = Shown::always};
inline constexpr const Metric* kSelfMetrics[] = {&kUp};
static_assert(broken_rule(kSelfMetrics) == Rule::none);

}  // namespace erp::traefik
