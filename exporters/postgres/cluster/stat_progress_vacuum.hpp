#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace stat_progress_vacuum {

constexpr Metric column(std::string_view name,
                        std::string_view help,
                        std::string_view source,
                        LabelKeys labels = {"datname", "relname"}) {
    return per_database({.name = name,
                         .help = help,
                         .labels = labels,
                         .source = source,
                         .naming = Naming::compatible});
}

}  // namespace stat_progress_vacuum

inline constexpr Metric kVacuumPhase =
    stat_progress_vacuum::column("pg_stat_progress_vacuum_phase",
                                 "Whether the vacuum is in this phase.",
                                 "pg_stat_progress_vacuum.phase",
                                 {"datname", "relname", "phase"});
inline constexpr Metric kVacuumHeapBlks =
    stat_progress_vacuum::column("pg_stat_progress_vacuum_heap_blks",
                                 "Blocks of the table when the vacuum began to scan it.",
                                 "pg_stat_progress_vacuum.heap_blks_total");
inline constexpr Metric kVacuumScanned =
    stat_progress_vacuum::column("pg_stat_progress_vacuum_heap_blks_scanned",
                                 "Blocks of the table scanned or skipped.",
                                 "pg_stat_progress_vacuum.heap_blks_scanned");
inline constexpr Metric kVacuumVacuumed =
    stat_progress_vacuum::column("pg_stat_progress_vacuum_heap_blks_vacuumed",
                                 "Blocks of the table vacuumed.",
                                 "pg_stat_progress_vacuum.heap_blks_vacuumed");
inline constexpr Metric kVacuumIndexVacuums =
    stat_progress_vacuum::column("pg_stat_progress_vacuum_index_vacuums",
                                 "Times that the table's indexes were vacuumed.",
                                 "pg_stat_progress_vacuum.index_vacuum_count");
inline constexpr Metric kVacuumMaxDeadTuples = stat_progress_vacuum::column(
    "pg_stat_progress_vacuum_max_dead_tuples",
    "Dead rows that fit into memory before the indexes are vacuumed; absent from version 17 on, "
    "where bytes are the limit.",
    "pg_stat_progress_vacuum.max_dead_tuples");
inline constexpr Metric kVacuumNumDeadTuples =
    stat_progress_vacuum::column("pg_stat_progress_vacuum_num_dead_tuples",
                                 "Dead rows collected since the indexes were last vacuumed.",
                                 "pg_stat_progress_vacuum.num_dead_tuples, num_dead_item_ids");
inline constexpr Metric kVacuumMaxDeadBytes = stat_progress_vacuum::column(
    "pg_stat_progress_vacuum_max_dead_tuple_bytes",
    "Memory for dead rows before the indexes are vacuumed, from version 17 on.",
    "pg_stat_progress_vacuum.max_dead_tuple_bytes");
inline constexpr Metric kVacuumDeadBytes =
    stat_progress_vacuum::column("pg_stat_progress_vacuum_dead_tuple_bytes",
                                 "Memory used by collected dead rows, from version 17 on.",
                                 "pg_stat_progress_vacuum.dead_tuple_bytes");
inline constexpr const Metric* kStatProgressVacuumMetrics[] = {
    &kVacuumPhase,         &kVacuumHeapBlks,     &kVacuumScanned,
    &kVacuumVacuumed,      &kVacuumIndexVacuums, &kVacuumMaxDeadTuples,
    &kVacuumNumDeadTuples, &kVacuumMaxDeadBytes, &kVacuumDeadBytes};
static_assert(broken_rule(kStatProgressVacuumMetrics) == Rule::none);

/// A row for each vacuum that runs: datname, relname, phase as text, then a value for each metric
/// but the phase. relname is the table's number where our connection cannot know its name.
[[nodiscard]] Result<Samples> stat_progress_vacuum_samples(const Rows& rows,
                                                           const ServerState& state);
extern const Collector kStatProgressVacuum;

}  // namespace erp::postgres
