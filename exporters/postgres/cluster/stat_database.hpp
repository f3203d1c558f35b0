#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace stat_database {

/// A column of pg_stat_database under the peers' name: the column's own name and unit.
constexpr Metric column(std::string_view name,
                        Type type,
                        std::string_view help,
                        std::string_view source) {
    return per_database({.name = name,
                         .type = type,
                         .help = help,
                         .labels = {"datid", "datname"},
                         .source = source,
                         .naming = Naming::compatible});
}

}  // namespace stat_database

inline constexpr Metric kNumbackends =
    stat_database::column("pg_stat_database_numbackends",
                          Type::gauge,
                          "Sessions connected to the database now.",
                          "pg_stat_database.numbackends");
inline constexpr Metric kXactCommit = stat_database::column("pg_stat_database_xact_commit",
                                                            Type::counter,
                                                            "Transactions committed.",
                                                            "pg_stat_database.xact_commit");
inline constexpr Metric kXactRollback = stat_database::column("pg_stat_database_xact_rollback",
                                                              Type::counter,
                                                              "Transactions rolled back.",
                                                              "pg_stat_database.xact_rollback");
inline constexpr Metric kBlksRead =
    stat_database::column("pg_stat_database_blks_read",
                          Type::counter,
                          "Blocks read from outside the buffer cache.",
                          "pg_stat_database.blks_read");
inline constexpr Metric kBlksHit = stat_database::column("pg_stat_database_blks_hit",
                                                         Type::counter,
                                                         "Blocks found in the buffer cache.",
                                                         "pg_stat_database.blks_hit");
inline constexpr Metric kTupReturned = stat_database::column(
    "pg_stat_database_tup_returned",
    Type::counter,
    "Live rows fetched by sequential scans and index entries returned by index scans.",
    "pg_stat_database.tup_returned");
inline constexpr Metric kTupFetched = stat_database::column("pg_stat_database_tup_fetched",
                                                            Type::counter,
                                                            "Live rows fetched by index scans.",
                                                            "pg_stat_database.tup_fetched");
inline constexpr Metric kTupInserted = stat_database::column("pg_stat_database_tup_inserted",
                                                             Type::counter,
                                                             "Rows inserted.",
                                                             "pg_stat_database.tup_inserted");
inline constexpr Metric kTupUpdated = stat_database::column(
    "pg_stat_database_tup_updated", Type::counter, "Rows updated.", "pg_stat_database.tup_updated");
inline constexpr Metric kTupDeleted = stat_database::column(
    "pg_stat_database_tup_deleted", Type::counter, "Rows deleted.", "pg_stat_database.tup_deleted");
inline constexpr Metric kConflicts =
    stat_database::column("pg_stat_database_conflicts",
                          Type::counter,
                          "Queries cancelled because of conflicts with recovery on a standby.",
                          "pg_stat_database.conflicts");
inline constexpr Metric kTempFiles = stat_database::column("pg_stat_database_temp_files",
                                                           Type::counter,
                                                           "Temporary files that queries created.",
                                                           "pg_stat_database.temp_files");
inline constexpr Metric kTempBytes =
    stat_database::column("pg_stat_database_temp_bytes",
                          Type::counter,
                          "Bytes written to temporary files by queries.",
                          "pg_stat_database.temp_bytes");
inline constexpr Metric kDeadlocks = stat_database::column("pg_stat_database_deadlocks",
                                                           Type::counter,
                                                           "Deadlocks detected.",
                                                           "pg_stat_database.deadlocks");
inline constexpr Metric kBlkReadTime = stat_database::column(
    "pg_stat_database_blk_read_time",
    Type::counter,
    "Milliseconds that sessions spent reading data files; 0 unless track_io_timing is on.",
    "pg_stat_database.blk_read_time");
inline constexpr Metric kBlkWriteTime = stat_database::column(
    "pg_stat_database_blk_write_time",
    Type::counter,
    "Milliseconds that sessions spent writing data files; 0 unless track_io_timing is on.",
    "pg_stat_database.blk_write_time");
inline constexpr Metric kStatsReset =
    stat_database::column("pg_stat_database_stats_reset",
                          Type::counter,
                          "When the statistics were last reset, in Unix time; absent if never.",
                          "pg_stat_database.stats_reset");
inline constexpr Metric kActiveTime =
    stat_database::column("pg_stat_database_active_time_seconds_total",
                          Type::counter,
                          "Time that sessions spent executing statements, from version 14 on.",
                          "pg_stat_database.active_time / 1000");
inline constexpr Metric kConflTablespace =
    stat_database::column("pg_stat_database_conflicts_confl_tablespace",
                          Type::counter,
                          "Queries cancelled because a tablespace was dropped.",
                          "pg_stat_database_conflicts.confl_tablespace");
inline constexpr Metric kConflLock =
    stat_database::column("pg_stat_database_conflicts_confl_lock",
                          Type::counter,
                          "Queries cancelled because of lock timeouts during recovery.",
                          "pg_stat_database_conflicts.confl_lock");
inline constexpr Metric kConflSnapshot =
    stat_database::column("pg_stat_database_conflicts_confl_snapshot",
                          Type::counter,
                          "Queries cancelled because their snapshot was too old for recovery.",
                          "pg_stat_database_conflicts.confl_snapshot");
inline constexpr Metric kConflBufferpin =
    stat_database::column("pg_stat_database_conflicts_confl_bufferpin",
                          Type::counter,
                          "Queries cancelled because of pinned buffers.",
                          "pg_stat_database_conflicts.confl_bufferpin");
inline constexpr Metric kConflDeadlock =
    stat_database::column("pg_stat_database_conflicts_confl_deadlock",
                          Type::counter,
                          "Queries cancelled because of deadlocks with recovery.",
                          "pg_stat_database_conflicts.confl_deadlock");
inline constexpr Metric kConflActiveLogicalslot = stat_database::column(
    "pg_stat_database_conflicts_confl_active_logicalslot",
    Type::untyped,
    "Uses of logical slots cancelled because of old snapshots or a low wal_level on the primary, "
    "from version 16 on.",
    "pg_stat_database_conflicts.confl_active_logicalslot");

/// In the order of the statement's columns, after datid and datname.
inline constexpr const Metric* kStatDatabaseMetrics[] = {
    &kNumbackends,    &kXactCommit,      &kXactRollback, &kBlksRead,
    &kBlksHit,        &kTupReturned,     &kTupFetched,   &kTupInserted,
    &kTupUpdated,     &kTupDeleted,      &kConflicts,    &kTempFiles,
    &kTempBytes,      &kDeadlocks,       &kBlkReadTime,  &kBlkWriteTime,
    &kStatsReset,     &kConflTablespace, &kConflLock,    &kConflSnapshot,
    &kConflBufferpin, &kConflDeadlock,   &kActiveTime,   &kConflActiveLogicalslot};
static_assert(broken_rule(kStatDatabaseMetrics) == Rule::none);

/// Rows: datid, datname, then a value for each metric; the last one is missing before version 16,
/// the one before it too before 14.
[[nodiscard]] Result<Samples> stat_database_samples(const Rows& rows, const ServerState& state);
extern const Collector kStatDatabase;

}  // namespace erp::postgres
