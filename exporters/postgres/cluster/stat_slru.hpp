#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace slru {

constexpr Metric row(std::string_view name, std::string_view help, std::string_view source) {
    return {
        .name = name, .type = Type::counter, .help = help, .labels = {"name"}, .source = source};
}

}  // namespace slru

inline constexpr Metric kSlruZeroed = slru::row("pg_stat_slru_blks_zeroed_total",
                                                "Blocks of the cache zeroed when they began.",
                                                "pg_stat_slru.blks_zeroed");
inline constexpr Metric kSlruHit =
    slru::row("pg_stat_slru_blks_hit_total", "Blocks found in the cache.", "pg_stat_slru.blks_hit");
inline constexpr Metric kSlruRead = slru::row("pg_stat_slru_blks_read_total",
                                              "Blocks read from disk into the cache.",
                                              "pg_stat_slru.blks_read");
inline constexpr Metric kSlruWritten = slru::row("pg_stat_slru_blks_written_total",
                                                 "Blocks of the cache written to disk.",
                                                 "pg_stat_slru.blks_written");
inline constexpr Metric kSlruExists = slru::row("pg_stat_slru_blks_exists_total",
                                                "Blocks whose existence was checked.",
                                                "pg_stat_slru.blks_exists");
inline constexpr Metric kSlruFlushes = slru::row(
    "pg_stat_slru_flushes_total", "Flushes of the cache's dirty blocks.", "pg_stat_slru.flushes");
inline constexpr Metric kSlruTruncates = slru::row("pg_stat_slru_truncates_total",
                                                   "Removals of what the cache needs no more.",
                                                   "pg_stat_slru.truncates");
inline constexpr const Metric* kStatSlruMetrics[] = {&kSlruZeroed,   &kSlruHit,    &kSlruRead,
                                                     &kSlruWritten,  &kSlruExists, &kSlruFlushes,
                                                     &kSlruTruncates};
static_assert(broken_rule(kStatSlruMetrics) == Rule::none);

/// Rows: name, then a column for each metric, in the order of kStatSlruMetrics.
[[nodiscard]] Result<Samples> stat_slru_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatSlru;

}  // namespace erp::postgres
