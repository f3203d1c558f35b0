#pragma once

#include "core/metrics/snapshot.hpp"

#include <string>
#include <string_view>

namespace erp {

/// Formats of a page; each has its writer in a file of its own and reads nothing but the Snapshot.
enum class Format { text, openmetrics, protobuf };

/// Media type and parameters, as client_golang sends them.
[[nodiscard]] std::string_view content_type(Format format);
[[nodiscard]] std::string write(const Snapshot& snapshot, Format format);

/// Prometheus text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
[[nodiscard]] std::string write_text(const Snapshot& snapshot);
/// OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/).
[[nodiscard]] std::string write_openmetrics(const Snapshot& snapshot);
/// Length-delimited io.prometheus.client.MetricFamily; the one with native histograms and start
/// timestamps.
[[nodiscard]] std::string write_protobuf(const Snapshot& snapshot);

}  // namespace erp
