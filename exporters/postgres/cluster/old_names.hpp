#pragma once

#include "exporters/postgres/collector.hpp"

#include <array>

/// Names that postgres_exporter has given up and dashboards still ask for; on the page with the
/// option old_names alone. pg_replication_slot_* was written by 0.12 to 0.19, pg_replication_lag by
/// 0.11 and is in the alerts of the peer's mixin until today.
namespace erp::postgres {

namespace old_names {

/// The table of a collector with a row more.
template <std::size_t N>
constexpr std::array<const Metric*, N + 1> with(const Metric* const (&table)[N],
                                                const Metric& more) {
    std::array<const Metric*, N + 1> all{};
    for (std::size_t i = 0; i < N; ++i)
        all[i] = table[i];
    all[N] = &more;
    return all;
}

constexpr Metric row(std::string_view name,
                     std::string_view help,
                     std::string_view source,
                     LabelKeys labels = {"slot_name", "slot_type"}) {
    return peer_gauge(name, help, source, labels);
}

}  // namespace old_names

inline constexpr Metric kOldSlotCurrentLsn = old_names::row(
    "pg_replication_slot_slot_current_wal_lsn",
    "Former name of pg_replication_slots_slot_current_wal_lsn, with the option old_names.",
    "pg_current_wal_lsn()");
inline constexpr Metric kOldSlotConfirmedLsn = old_names::row(
    "pg_replication_slot_slot_confirmed_flush_lsn",
    "Former name of pg_replication_slots_slot_confirmed_flush_lsn, with the option old_names.",
    "pg_replication_slots.confirmed_flush_lsn");
inline constexpr Metric kOldSlotIsActive =
    old_names::row("pg_replication_slot_slot_is_active",
                   "Former name of pg_replication_slots_slot_is_active, with the option old_names.",
                   "pg_replication_slots.active");
inline constexpr Metric kOldSlotSafeSize = old_names::row(
    "pg_replication_slot_safe_wal_size_bytes",
    "Former name of pg_replication_slots_safe_wal_size_bytes, with the option old_names.",
    "pg_replication_slots.safe_wal_size");
inline constexpr Metric kOldSlotWalStatus =
    old_names::row("pg_replication_slot_wal_status",
                   "Former name of pg_replication_slots_wal_status, with the option old_names.",
                   "pg_replication_slots.wal_status",
                   {"slot_name", "slot_type", "wal_status"});
inline constexpr Metric kOldReplicationLag =
    old_names::row("pg_replication_lag",
                   "Former name of pg_replication_lag_seconds, with the option old_names.",
                   "now() - pg_last_xact_replay_timestamp()",
                   {});

}  // namespace erp::postgres
