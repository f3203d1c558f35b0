#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kArchivedCount{.name = "pg_stat_archiver_archived_count",
                                       .type = Type::counter,
                                       .help = "WAL files archived.",
                                       .source = "pg_stat_archiver.archived_count",
                                       .naming = Naming::compatible};
inline constexpr Metric kArchiveFailedCount{.name = "pg_stat_archiver_failed_count",
                                            .type = Type::counter,
                                            .help = "Attempts to archive a WAL file that failed.",
                                            .source = "pg_stat_archiver.failed_count",
                                            .naming = Naming::compatible};
inline constexpr Metric kLastArchiveAge{
    .name = "pg_stat_archiver_last_archive_age",
    .help = "Seconds since a WAL file was last archived; absent if none was.",
    .source = "now() - pg_stat_archiver.last_archived_time",
    .naming = Naming::compatible};
inline constexpr const Metric* kStatArchiverMetrics[] = {&kArchivedCount, &kArchiveFailedCount,
                                                         &kLastArchiveAge};
static_assert(broken_rule(kStatArchiverMetrics) == Rule::none);

/// One row with a column for each metric, in the order of kStatArchiverMetrics.
[[nodiscard]] Result<Samples> stat_archiver_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatArchiver;

}  // namespace erp::postgres
