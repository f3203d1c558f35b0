#pragma once

#include "core/metrics/rules.hpp"

namespace erp {

/// A change of any kind, to be drawn as an annotation over everything else. Exporters add it
/// through this one row, so that all changes are one family. `datname` is empty for a change of the
/// target as a whole; the label tenant is the page's: whose database or target it is. Absent until
/// this exporter has seen such a change.
inline constexpr Metric kChange{
    .name = "erp_change_timestamp_seconds",
    .help = "When something of this kind last changed (restart, failover), in Unix time.",
    .labels = {"kind", "datname"},
    .unit = Unit::seconds,
    .tenant_from = Dimension::database,
    .tenant_label = "datname"};

}  // namespace erp
