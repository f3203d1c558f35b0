#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kBuffersUsed = peer_gauge("pg_buffercache_summary_buffers_used",
                                                  "Shared buffers in use, from version 16 on.",
                                                  "pg_buffercache_summary().buffers_used");
inline constexpr Metric kBuffersUnused =
    peer_gauge("pg_buffercache_summary_buffers_unused",
               "Shared buffers that hold nothing, from version 16 on.",
               "pg_buffercache_summary().buffers_unused");
inline constexpr Metric kBuffersDirty =
    peer_gauge("pg_buffercache_summary_buffers_dirty",
               "Shared buffers to be written, from version 16 on.",
               "pg_buffercache_summary().buffers_dirty");
inline constexpr Metric kBuffersPinned =
    peer_gauge("pg_buffercache_summary_buffers_pinned",
               "Shared buffers pinned by sessions, from version 16 on.",
               "pg_buffercache_summary().buffers_pinned");
inline constexpr Metric kUsagecountAvg =
    peer_gauge("pg_buffercache_summary_usagecount_avg",
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
