#pragma once

#include "core/base/deadline.hpp"
#include "core/metrics/metric.hpp"

#include <bitset>
#include <span>
#include <string_view>
#include <vector>

namespace erp {

/// A label whose values the server or its clients can mint without end.
struct Cap {
    std::size_t most = 0;            ///< values that keep their names; twice as many for a while
    const Metric* weight = nullptr;  ///< the values with the largest of this family keep theirs
    /// What makes up one value; the first becomes `_other`, the others empty. A value whose labels
    /// are all empty is never folded.
    LabelKeys labels = {};
    std::string_view within = {};  ///< the cap is one for each value of this label; empty: one
    const Cap* also = nullptr;     ///< a cap of other labels of the same collector
};

/// A group of metrics that is fetched, timed and judged as a unit. An exporter's own row adds the
/// request and the pure function that turns the reply into samples; the frame sees this part.
struct CollectorRow {
    std::string_view name = {};     ///< unique within the exporter; the label `collector`
    std::string_view summary = {};  ///< one sentence for the reference pages
    bool enabled = true;
    /// A result younger than this is served again instead of asking the server; 0: ask each time.
    Duration minimum_age = Duration::zero();
    /// Period of the watcher whose state this collector reads; 0: the collector asks the server
    /// itself.
    Duration interval = Duration::zero();
    std::span<const Metric* const> metrics = {};
    std::span<const MetricPattern* const> patterns = {};
    const Cap* cap = nullptr;  ///< null: the label values are bounded by the server's configuration
};

/// What the configuration says of one collector of one target; starts as the row's defaults.
struct CollectorSetting {
    bool enabled = true;
    Duration minimum_age = Duration::zero();
    Duration interval = Duration::zero();
    bool operator==(const CollectorSetting&) const = default;
};

inline constexpr std::size_t kMostCollectors = 64;

/// Collectors of one exporter by their position in its table.
using CollectorSet = std::bitset<kMostCollectors>;

}  // namespace erp
