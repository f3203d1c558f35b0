#pragma once

#include "core/metrics/snapshot.hpp"

#include <string>
#include <string_view>

namespace erp {

/// Formats of a page; each has its writer in a file of its own and reads nothing but the Snapshot.
enum class Format { text };

[[nodiscard]] std::string_view content_type(Format format);
[[nodiscard]] std::string write(const Snapshot& snapshot, Format format);

/// Prometheus text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
[[nodiscard]] std::string write_text(const Snapshot& snapshot);

/// One gzip member at level 1: 4 times the speed of zlib's default for a tenth more bytes.
[[nodiscard]] std::string gzip(std::string_view body);

}  // namespace erp
