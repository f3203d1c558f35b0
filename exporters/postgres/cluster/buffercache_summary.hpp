#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace buffercache_summary {

constexpr Metric column(std::string_view name, std::string_view help, std::string_view source) {
    return {.name = name, .help = help, .source = source, .naming = Naming::compatible};
}

}  // namespace buffercache_summary

inline constexpr Metric kBuffersUsed =
    buffercache_summary::column("pg_buffercache_summary_buffers_used",
                                "Shared buffers in use, from version 16 on.",
                                "pg_buffercache_summary().buffers_used");
inline constexpr Metric kBuffersUnused =
    buffercache_summary::column("pg_buffercache_summary_buffers_unused",
                                "Shared buffers that hold nothing, from version 16 on.",
                                "pg_buffercache_summary().buffers_unused");
inline constexpr Metric kBuffersDirty =
    buffercache_summary::column("pg_buffercache_summary_buffers_dirty",
                                "Shared buffers to be written, from version 16 on.",
                                "pg_buffercache_summary().buffers_dirty");
inline constexpr Metric kBuffersPinned =
    buffercache_summary::column("pg_buffercache_summary_buffers_pinned",
                                "Shared buffers pinned by sessions, from version 16 on.",
                                "pg_buffercache_summary().buffers_pinned");
inline constexpr Metric kUsagecountAvg =
    buffercache_summary::column("pg_buffercache_summary_usagecount_avg",
                                "Average usage count of shared buffers in use, from version 16 on.",
                                "pg_buffercache_summary().usagecount_avg");
inline constexpr const Metric* kBuffercacheSummaryMetrics[] = {
    &kBuffersUsed, &kBuffersUnused, &kBuffersDirty, &kBuffersPinned, &kUsagecountAvg};
static_assert(broken_rule(kBuffercacheSummaryMetrics) == Rule::none);

/// One row with a column for each metric, in the order of kBuffercacheSummaryMetrics.
[[nodiscard]] Result<Samples> buffercache_summary_samples(const Rows& rows,
                                                          const ServerState& state);
extern const Collector kBuffercacheSummary;

}  // namespace erp::postgres
