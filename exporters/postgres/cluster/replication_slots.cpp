#include "exporters/postgres/cluster/replication_slots.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT slot_name, slot_type, database, active, lsn - '0/0'::pg_lsn, "
           "pg_wal_lsn_diff(lsn, restart_lsn), confirmed_flush_lsn - '0/0'::pg_lsn, safe_wal_size, "
           "wal_status FROM pg_replication_slots, (SELECT CASE WHEN pg_is_in_recovery() "
           "THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS lsn) p "
           "ORDER BY slot_name LIMIT 1000";
}

/// The same values as under the newer names.
void add_old_names(const Rows& rows, int i, Samples& samples) {
    const std::string_view slot = rows.label(i, 0);
    const std::string_view type = rows.label(i, 1);
    const bool active = rows.is_true(i, 3);
    samples.add(kOldSlotIsActive, active ? 1 : 0, slot, type);
    samples.add(kOldSlotCurrentLsn, rows.number(i, 4), slot, type);
    if (active) samples.add(kOldSlotConfirmedLsn, rows.number(i, 6), slot, type);
    samples.add(kOldSlotSafeSize, rows.number(i, 7), slot, type);
    if (const auto status = rows.text(i, 8)) samples.add(kOldSlotWalStatus, 1, slot, type, *status);
}

}  // namespace

Result<Samples> replication_slots_samples(const Rows& rows, const ServerState& state) {
    if (rows.columns() != 9) return Error{Phase::parse, "expected nine columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view slot = rows.label(i, 0);
        const std::string_view type = rows.label(i, 1);
        const std::string_view database = rows.label(i, 2);
        const bool active = rows.is_true(i, 3);
        samples.add(kSlotActive, active ? 1 : 0, slot, database);
        samples.add(kSlotIsActive, active ? 1 : 0, slot, type);
        samples.add(kSlotCurrentLsn, rows.number(i, 4), slot, type);
        samples.add(kSlotLsnDiff, rows.number(i, 5), slot, database);
        if (active) samples.add(kSlotConfirmedLsn, rows.number(i, 6), slot, type);
        samples.add(kSlotSafeSize, rows.number(i, 7), slot, type);
        if (const auto status = rows.text(i, 8)) {
            samples.add(kSlotWalStatus, 1, slot, type, *status);
        }
        if (state.page.old_names) add_old_names(rows, i, samples);
    }
    return samples;
}

const Collector kReplicationSlots{.row = {.name = "replication_slots",
                                          .summary = "Replication slots and the WAL they keep.",
                                          .metrics = kReplicationSlotsMetrics},
                                  .statement = statement,
                                  .parse = replication_slots_samples};

}  // namespace erp::postgres
