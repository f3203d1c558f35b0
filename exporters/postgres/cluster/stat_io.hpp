#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace stat_io {

constexpr Metric row(std::string_view name,
                     std::string_view help,
                     std::string_view source,
                     Unit unit = Unit::none) {
    return {.name = name,
            .type = Type::counter,
            .help = help,
            .labels = {"backend_type", "object", "context"},
            .unit = unit,
            .source = source};
}

constexpr Metric bytes(std::string_view name, std::string_view help, std::string_view source) {
    return row(name, help, source, Unit::bytes);
}

constexpr Metric time(std::string_view name, std::string_view help, std::string_view source) {
    return row(name, help, source, Unit::seconds);
}

}  // namespace stat_io

inline constexpr Metric kIoReads =
    stat_io::row("pg_stat_io_reads_total", "Reads from files.", "pg_stat_io.reads");
inline constexpr Metric kIoWrites =
    stat_io::row("pg_stat_io_writes_total", "Writes to files.", "pg_stat_io.writes");
inline constexpr Metric kIoExtends =
    stat_io::row("pg_stat_io_extends_total", "Extensions of files.", "pg_stat_io.extends");
inline constexpr Metric kIoFsyncs =
    stat_io::row("pg_stat_io_fsyncs_total", "Calls of fsync.", "pg_stat_io.fsyncs");
inline constexpr Metric kIoHits = stat_io::row(
    "pg_stat_io_hits_total", "Blocks found in shared or local buffers.", "pg_stat_io.hits");
inline constexpr Metric kIoEvictions =
    stat_io::row("pg_stat_io_evictions_total",
                 "Blocks written out or dropped to use their buffer for another.",
                 "pg_stat_io.evictions");
inline constexpr Metric kIoReuses =
    stat_io::row("pg_stat_io_reuses_total",
                 "Buffers of a ring used again by a bulk operation.",
                 "pg_stat_io.reuses");
inline constexpr Metric kIoWritebacks =
    stat_io::row("pg_stat_io_writebacks_total",
                 "Blocks that the kernel was asked to write to disk.",
                 "pg_stat_io.writebacks");
inline constexpr Metric kIoReadBytes =
    stat_io::bytes("pg_stat_io_read_bytes_total",
                   "Bytes read from files.",
                   "pg_stat_io.read_bytes, before 18 reads * op_bytes");
inline constexpr Metric kIoWriteBytes =
    stat_io::bytes("pg_stat_io_write_bytes_total",
                   "Bytes written to files.",
                   "pg_stat_io.write_bytes, before 18 writes * op_bytes");
inline constexpr Metric kIoExtendBytes =
    stat_io::bytes("pg_stat_io_extend_bytes_total",
                   "Bytes by which files were extended.",
                   "pg_stat_io.extend_bytes, before 18 extends * op_bytes");
inline constexpr Metric kIoReadTime =
    stat_io::time("pg_stat_io_read_seconds_total",
                  "Time in reads; absent unless it is measured.",
                  "pg_stat_io.read_time with track_io_timing, of WAL track_wal_io_timing");
inline constexpr Metric kIoWriteTime =
    stat_io::time("pg_stat_io_write_seconds_total",
                  "Time in writes; absent unless it is measured.",
                  "pg_stat_io.write_time with track_io_timing, of WAL track_wal_io_timing");
inline constexpr Metric kIoExtendTime =
    stat_io::time("pg_stat_io_extend_seconds_total",
                  "Time in extensions of files; absent unless it is measured.",
                  "pg_stat_io.extend_time with track_io_timing");
inline constexpr Metric kIoFsyncTime =
    stat_io::time("pg_stat_io_fsync_seconds_total",
                  "Time in calls of fsync; absent unless it is measured.",
                  "pg_stat_io.fsync_time with track_io_timing, of WAL track_wal_io_timing");
inline constexpr const Metric* kStatIoMetrics[] = {
    &kIoReads,       &kIoWrites,   &kIoExtends,    &kIoFsyncs,     &kIoHits,
    &kIoEvictions,   &kIoReuses,   &kIoWritebacks, &kIoReadBytes,  &kIoWriteBytes,
    &kIoExtendBytes, &kIoReadTime, &kIoWriteTime,  &kIoExtendTime, &kIoFsyncTime};
static_assert(broken_rule(kStatIoMetrics) == Rule::none);

/// Rows: backend_type, object, context, then a column for each metric, in the order of
/// kStatIoMetrics.
[[nodiscard]] Result<Samples> stat_io_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatIo;

}  // namespace erp::postgres
