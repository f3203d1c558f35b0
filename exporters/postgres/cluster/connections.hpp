#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kConnectionsUsed{
    .name = "pg_connections_used",
    .help =
        "Connections of clients, our own too, that fill the pools in the order normal, reserved, "
        "superuser.",
    .labels = {"pool"},
    .source = "pg_stat_activity"};
inline constexpr Metric kConnectionsLimit{
    .name = "pg_connections_limit",
    .help =
        "Connections that anybody may use (normal), from version 16 on also members of "
        "pg_use_reserved_connections, and superusers alone.",
    .labels = {"pool"},
    .source = "max_connections, reserved_connections, superuser_reserved_connections"};
inline constexpr Metric kRoleConnections{
    .name = "pg_role_connections",
    .help = "Connections of a role that has a connection limit.",
    .labels = {"rolname"},
    .source = "pg_roles.rolconnlimit, pg_stat_activity.usesysid"};
inline constexpr Metric kDatabaseLimitRatio = per_database(
    {.name = "pg_database_connections_limit_ratio",
     .help = "Share of its connection limit that a database uses; absent without a limit.",
     .labels = {"datname"},
     .unit = Unit::ratio,
     .source = "pg_database.datconnlimit, pg_stat_activity.datid"});
inline constexpr Metric kSessionsStarting{
    .name = "pg_sessions_starting",
    .help =
        "Connections that are not ready yet; before version 18 only those that wait for a lock.",
    .source = "pg_stat_activity.state; before 18 pg_locks"};
inline constexpr Metric kSessionsByPrivilege{
    .name = "pg_sessions_by_privilege",
    .help = "Sessions of superusers, our own apart, and those that stream replication.",
    .labels = {"privilege"},
    .source = "pg_roles.rolsuper, pg_stat_activity.backend_type"};
inline constexpr const Metric* kConnectionsMetrics[] = {&kConnectionsUsed,  &kConnectionsLimit,
                                                        &kRoleConnections,  &kDatabaseLimitRatio,
                                                        &kSessionsStarting, &kSessionsByPrivilege};
static_assert(broken_rule(kConnectionsMetrics) == Rule::none);

/// Hosts that give each tenant a role with a limit have thousands.
inline constexpr Cap kConnectionsCap{
    .most = 1000, .weight = &kRoleConnections, .labels = {"rolname"}};

/// Rows: what, name or NULL, number. What: max_connections, reserved, superuser_reserved, backends,
/// role, database, starting, superuser, replication.
[[nodiscard]] Result<Samples> connections_samples(const Rows& rows, const ServerState& state);
extern const Collector kConnections;

}  // namespace erp::postgres
