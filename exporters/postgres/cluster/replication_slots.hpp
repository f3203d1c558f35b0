#pragma once

#include "exporters/postgres/cluster/old_names.hpp"
#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace slots {

constexpr Metric row(std::string_view name,
                     std::string_view help,
                     std::string_view source,
                     LabelKeys labels = {"slot_name", "slot_type"}) {
    return peer_gauge(name, help, source, labels);
}

constexpr Metric gauge(std::string_view name,
                       std::string_view help,
                       std::string_view source,
                       Unit unit = Unit::none,
                       LabelKeys labels = {"slot_name", "slot_type", "datname"}) {
    return per_database({.name = name,
                         .help = help,
                         .labels = labels,
                         .unit = unit,
                         .source = source,
                         .fold = Fold::maximum});
}

}  // namespace slots

inline constexpr Metric kSlotActive = slots::row("pg_replication_slots_active",
                                                 "Whether a receiver uses the slot.",
                                                 "pg_replication_slots.active",
                                                 {"slot_name", "database"});
inline constexpr Metric kSlotLsnDiff =
    slots::row("pg_replication_slots_pg_wal_lsn_diff",
               "Bytes of WAL that the slot keeps from being removed.",
               "pg_current_wal_lsn() - pg_replication_slots.restart_lsn",
               {"slot_name", "database"});
inline constexpr Metric kSlotCurrentLsn =
    slots::row("pg_replication_slots_slot_current_wal_lsn",
               "Position of this server's WAL, in bytes since the start.",
               "pg_current_wal_lsn()");
inline constexpr Metric kSlotConfirmedLsn =
    slots::row("pg_replication_slots_slot_confirmed_flush_lsn",
               "Position up to which an active logical slot's receiver has confirmed, in bytes.",
               "pg_replication_slots.confirmed_flush_lsn");
inline constexpr Metric kSlotIsActive = slots::row("pg_replication_slots_slot_is_active",
                                                   "Whether a receiver uses the slot.",
                                                   "pg_replication_slots.active");
inline constexpr Metric kSlotSafeSize = slots::row(
    "pg_replication_slots_safe_wal_size_bytes",
    "Bytes that can be written before the slot is in danger of losing WAL; absent without a limit.",
    "pg_replication_slots.safe_wal_size");
inline constexpr Metric kSlotWalStatus =
    slots::row("pg_replication_slots_wal_status",
               "Availability of the slot's WAL as a label; always 1.",
               "pg_replication_slots.wal_status",
               {"slot_name", "slot_type", "wal_status"});
inline constexpr Metric kSlotRetained =
    slots::gauge("pg_replication_slot_retained_bytes",
                 "Bytes of WAL that the slot keeps from being removed.",
                 "pg_current_wal_lsn() - pg_replication_slots.restart_lsn",
                 Unit::bytes);
inline constexpr Metric kSlotSafe = slots::gauge(
    "pg_replication_slot_safe_bytes",
    "Bytes that can be written before the slot is in danger of losing WAL; absent without a limit.",
    "pg_replication_slots.safe_wal_size",
    Unit::bytes);
inline constexpr Metric kSlotXmin = slots::gauge(
    "pg_replication_slot_xmin_age_transactions",
    "Age of the oldest transaction whose dead rows the slot keeps from vacuum, in transactions.",
    "age(pg_replication_slots.xmin)");
inline constexpr Metric kSlotCatalogXmin =
    slots::gauge("pg_replication_slot_catalog_xmin_age_transactions",
                 "The same age for the system catalogs.",
                 "age(pg_replication_slots.catalog_xmin)");
inline constexpr Metric kSlotInvalidated =
    slots::gauge("pg_replication_slot_invalidated",
                 "The slot is of no more use, and why: always 1, absent of a good slot.",
                 "pg_replication_slots.invalidation_reason, before 17 wal_status and conflicting",
                 Unit::none,
                 {"slot_name", "slot_type", "datname", "reason"});
inline constexpr const Metric* kReplicationSlotsMetrics[] = {
    &kSlotActive,        &kSlotLsnDiff,         &kSlotCurrentLsn,
    &kSlotConfirmedLsn,  &kSlotIsActive,        &kSlotSafeSize,
    &kSlotWalStatus,     &kSlotRetained,        &kSlotSafe,
    &kSlotXmin,          &kSlotCatalogXmin,     &kSlotInvalidated,
    &kOldSlotCurrentLsn, &kOldSlotConfirmedLsn, &kOldSlotIsActive,
    &kOldSlotSafeSize,   &kOldSlotWalStatus};
static_assert(broken_rule(kReplicationSlotsMetrics) == Rule::none);

/// SQL over pg_replication_slots: why a slot is of no more use, NULL of a good one. Before 17 there
/// is no reason: on 16 `conflicting` is true of every lost logical slot, but only the removal of
/// WAL takes restart_lsn away.
[[nodiscard]] std::string_view invalidation_sql(int version);

/// Rows: slot_name, slot_type, database, active, position, restart difference, confirmed position,
/// safe_wal_size, wal_status, age of xmin and of catalog_xmin, reason of invalidation.
[[nodiscard]] Result<Samples> replication_slots_samples(const Rows& rows, const ServerState& state);
extern const Collector kReplicationSlots;

}  // namespace erp::postgres
