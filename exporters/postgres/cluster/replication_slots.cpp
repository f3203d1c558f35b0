#include "exporters/postgres/cluster/replication_slots.hpp"

namespace erp::postgres {
namespace {

// Who may replicate chooses the slots' names; the hundred that keep most have a name of their own.
constexpr Cap kCap{.most = 100, .weight = &kSlotRetained, .labels = {"slot_name"}};

std::string statement(const ServerState& state) {
    return std::string(
               "SELECT slot_name, slot_type, database, active, lsn - '0/0'::pg_lsn, "
               "pg_wal_lsn_diff(lsn, restart_lsn), confirmed_flush_lsn - '0/0'::pg_lsn, "
               "safe_wal_size, wal_status, age(xmin), age(catalog_xmin), ")
        .append(invalidation_sql(state.version))
        .append(
            " FROM pg_replication_slots, (SELECT CASE WHEN pg_is_in_recovery() "
            "THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS lsn) p "
            "ORDER BY slot_name LIMIT 1000");
}

void add_new(Samples& samples, const Rows& rows, int i) {
    const std::string_view slot = rows.label(i, 0);
    const std::string_view type = rows.label(i, 1);
    const std::string_view database = rows.label(i, 2);
    samples.add(kSlotRetained, rows.number(i, 5), slot, type, database);
    samples.add(kSlotSafe, rows.number(i, 7), slot, type, database);
    if (const auto why = rows.text(i, 11)) {  // such a slot holds nothing back any more
        samples.add(kSlotInvalidated, 1, slot, type, database, *why);
        return;
    }
    samples.add(kSlotXmin, rows.number(i, 9), slot, type, database);
    samples.add(kSlotCatalogXmin, rows.number(i, 10), slot, type, database);
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

std::string_view invalidation_sql(int version) {
    if (version >= 170000) return "invalidation_reason";
    return version >= 160000
               ? "CASE WHEN wal_status = 'lost' THEN CASE WHEN conflicting "
                 "AND restart_lsn IS NOT NULL THEN 'conflict' ELSE 'wal_removed' END END"
               : "CASE WHEN wal_status = 'lost' THEN 'wal_removed' END";
}

Result<Samples> replication_slots_samples(const Rows& rows, const ServerState& state) {
    if (rows.columns() != 12) return Error{Phase::parse, "expected twelve columns"};
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
        add_new(samples, rows, i);
        if (state.page.old_names) add_old_names(rows, i, samples);
    }
    return samples;
}

const Collector kReplicationSlots{.row = {.name = "replication_slots",
                                          .summary = "Replication slots and the WAL they keep.",
                                          .metrics = kReplicationSlotsMetrics,
                                          .cap = &kCap},
                                  .statement = statement,
                                  .parse = replication_slots_samples};

}  // namespace erp::postgres
