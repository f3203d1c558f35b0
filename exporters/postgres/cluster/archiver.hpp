#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kArchiverBacklog{
    .name = "pg_archiver_backlog_files",
    .help =
        "WAL files that are complete and wait to be archived; absent of a server that does not "
        "archive (archive_mode off, or a standby unless it is always), and where our role may not "
        "list them.",
    .source = "pg_ls_archive_statusdir(): *.ready"};
inline constexpr Metric kArchiverLastArchived{
    .name = "pg_archiver_last_archived_timestamp_seconds",
    .help = "When a file was archived last, in Unix time; absent if never.",
    .unit = Unit::seconds,
    .source = "pg_stat_archiver.last_archived_time"};
inline constexpr Metric kArchiverLastFailed{
    .name = "pg_archiver_last_failed_timestamp_seconds",
    .help = "When archiving failed last, in Unix time; absent if never.",
    .unit = Unit::seconds,
    .source = "pg_stat_archiver.last_failed_time"};
inline constexpr Metric kArchiverFailing{
    .name = "pg_archiver_failing",
    .help =
        "Whether the latest attempt to archive failed; absent of a server that does not archive.",
    .source = "pg_stat_archiver.last_failed_time > last_archived_time"};
inline constexpr const Metric* kArchiverMetrics[] = {&kArchiverBacklog, &kArchiverLastArchived,
                                                     &kArchiverLastFailed, &kArchiverFailing};
static_assert(broken_rule(kArchiverMetrics) == Rule::none);

/// One row with a column for each metric, in the order of kArchiverMetrics.
[[nodiscard]] Result<Samples> archiver_samples(const Rows& rows, const ServerState& state);
extern const Collector kArchiver;

}  // namespace erp::postgres
