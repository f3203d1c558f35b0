#include "exporters/postgres/cluster/subscriptions.hpp"

#include <iterator>

namespace erp::postgres {
namespace {

constexpr std::string_view kConflicts[] = {"insert_exists",
                                           "update_origin_differs",
                                           "update_exists",
                                           "update_missing",
                                           "delete_origin_differs",
                                           "delete_missing",
                                           "multiple_unique_conflicts"};
constexpr int kConflictsAt = 7;

// pg_subscription is of all databases. Version 13 hides its oid from all but superusers: there
// namesakes in two databases are taken for one. The workers of one table and, since 16, those that
// help a leader are not the subscription's. A standby has its primary's subscriptions and runs none
// of them. Who may create subscriptions chooses their names: a hundred.
std::string statement(const ServerState& state) {
    const std::string_view key = state.version < 140000 ? "subname" : "subid";
    std::string text = "SELECT s.subname, d.datname, (w.pid IS NOT NULL)::int, s.subenabled::int, ";
    text +=
        "CASE WHEN w.received < w.reported THEN 0 "
        "ELSE pg_wal_lsn_diff(w.received, w.reported) END, ";
    const bool counted = state.version >= 150000;
    text += counted ? "c.apply_error_count, c.sync_error_count" : "NULL, NULL";
    for (const std::string_view conflict : kConflicts) {
        if (state.version >= 180000) {
            text.append(", c.confl_").append(conflict);
        } else {
            text += ", NULL";
        }
    }
    text += " FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid LEFT JOIN (SELECT ";
    text.append(key).append(" AS key, max(pid) AS pid, max(received_lsn) AS received, ");
    text += "max(latest_end_lsn) AS reported FROM pg_stat_subscription WHERE pid IS NOT NULL ";
    text += "AND relid IS NULL";
    if (state.version >= 160000) text += " AND leader_pid IS NULL";
    text.append(" GROUP BY 1) w ON w.key = s.").append(key == "subid" ? "oid" : key);
    if (counted) text += " LEFT JOIN pg_stat_subscription_stats c ON c.subid = s.oid";
    return text + " WHERE NOT pg_is_in_recovery() ORDER BY 2, 1 LIMIT 100";
}

}  // namespace

Result<Samples> subscriptions_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != kConflictsAt + static_cast<int>(std::size(kConflicts))) {
        return Error{Phase::parse, "expected fourteen columns"};
    }
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view name = rows.label(i, 0);
        const std::string_view database = rows.label(i, 1);
        samples.add(kSubscriptionUp, rows.number(i, 2), name, database);
        samples.add(kSubscriptionEnabled, rows.number(i, 3), name, database);
        samples.add(kSubscriptionLag, rows.number(i, 4), name, database);
        samples.add(kSubscriptionApplyErrors, rows.number(i, 5), name, database);
        samples.add(kSubscriptionSyncErrors, rows.number(i, 6), name, database);
        int column = kConflictsAt;
        for (const std::string_view conflict : kConflicts) {
            samples.add(kSubscriptionConflicts, rows.number(i, column++), name, database, conflict);
        }
    }
    return samples;
}

const Collector kSubscriptions{.row = {.name = "subscriptions",
                                       .summary = "Subscriptions to other servers' changes.",
                                       .metrics = kSubscriptionsMetrics},
                               .statement = statement,
                               .parse = subscriptions_samples};

}  // namespace erp::postgres
