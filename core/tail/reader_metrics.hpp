#pragma once

#include "core/metrics/metric.hpp"
#include "core/metrics/samples.hpp"
#include "core/tail/reader_state.hpp"

/// What a log reader says about itself: DESIGN.md section 10. `file` is the configured name of an
/// entry, which may be a pattern of several files.
namespace erp::tail {

inline constexpr Metric kLogLines{
    .name = "erp_exporter_log_lines_total",
    .type = Type::counter,
    .help =
        "Lines read from a log, by what became of them; of a line that a full disk cut, the "
        "stump and the whole entry behind it count.",
    .labels = {"file", "result"},
    .shown = Shown::target};
inline constexpr Metric kLogBytesRead{
    .name = "erp_exporter_log_bytes_read_total",
    .type = Type::counter,
    .help = "Bytes of the lines read from a log, after decompression.",
    .labels = {"file"},
    .shown = Shown::target};
inline constexpr Metric kLogLagBytes{
    .name = "erp_exporter_log_lag_bytes",
    .help = "Bytes on disk that are not read yet, those of an unfinished line included.",
    .labels = {"file"},
    .unit = Unit::bytes,
    .shown = Shown::target};
inline constexpr Metric kLogLagSeconds{
    .name = "erp_exporter_log_lag_seconds",
    .help = "Time since all that was on disk had been read; 0 when it is.",
    .labels = {"file"},
    .unit = Unit::seconds,
    .shown = Shown::target};
inline constexpr Metric kLogRotations{
    .name = "erp_exporter_log_rotations_total",
    .type = Type::counter,
    .help = "How often a log file was renamed, deleted or truncated, as far as it was noticed.",
    .labels = {"file", "kind"},
    .shown = Shown::target};
inline constexpr Metric kLogErrors{
    .name = "erp_exporter_log_errors_total",
    .type = Type::counter,
    .help = "Failures to read a log or to keep what was read, counted at each attempt, by reason.",
    .labels = {"file", "reason"},
    .shown = Shown::target};
inline constexpr Metric kLogSnapshotAge{
    .name = "erp_exporter_log_snapshot_age_seconds",
    .help = "Time since the counters from this log were complete and on disk.",
    .labels = {"file"},
    .unit = Unit::seconds,
    .shown = Shown::target};

/// `now` in Unix time. Results, kinds and reasons are all there from the start, so that increase()
/// sees the first of each.
[[nodiscard]] Samples reader_samples(const ReaderState& state, double now);

}  // namespace erp::tail
