#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

namespace database_sessions {

constexpr Metric counter(std::string_view name,
                         std::string_view help,
                         std::string_view source,
                         Unit unit = Unit::none,
                         LabelKeys labels = {"datname"}) {
    return per_database({.name = name,
                         .type = Type::counter,
                         .help = help,
                         .labels = labels,
                         .unit = unit,
                         .source = source});
}

}  // namespace database_sessions

inline constexpr Metric kSessionSeconds =
    database_sessions::counter("pg_database_session_seconds_total",
                               "Time that sessions were connected, from version 14 on.",
                               "pg_stat_database.session_time / 1000",
                               Unit::seconds);
inline constexpr Metric kIdleInTransactionSeconds = database_sessions::counter(
    "pg_database_idle_in_transaction_seconds_total",
    "Time that sessions were idle inside a transaction, from version 14 on.",
    "pg_stat_database.idle_in_transaction_time / 1000",
    Unit::seconds);
inline constexpr Metric kSessionsBegun =
    database_sessions::counter("pg_database_sessions_total",
                               "Sessions begun, from version 14 on.",
                               "pg_stat_database.sessions");
inline constexpr Metric kSessionsEnded = database_sessions::counter(
    "pg_database_sessions_ended_total",
    "Sessions that did not end by their client's wish: abandoned when the connection was lost, "
    "fatal by an error, killed by an operator.",
    "pg_stat_database.sessions_abandoned, sessions_fatal, sessions_killed",
    Unit::none,
    {"datname", "reason"});
inline constexpr const Metric* kDatabaseSessionsMetrics[] = {
    &kSessionSeconds, &kIdleInTransactionSeconds, &kSessionsBegun, &kSessionsEnded};
static_assert(broken_rule(kDatabaseSessionsMetrics) == Rule::none);

/// Rows: datname, session and idle in transaction time in seconds, sessions, abandoned, fatal,
/// killed.
[[nodiscard]] Result<Samples> database_sessions_samples(const Rows& rows, const ServerState& state);
extern const Collector kDatabaseSessions;

}  // namespace erp::postgres
