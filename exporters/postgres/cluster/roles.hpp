#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kRoleConnectionLimit{
    .name = "pg_roles_connection_limit",
    .help = "Connections that the role may have at a time; -1 is no limit.",
    .labels = {"rolname"},
    .source = "pg_roles.rolconnlimit"};
inline constexpr const Metric* kRolesMetrics[] = {&kRoleConnectionLimit};
static_assert(broken_rule(kRolesMetrics) == Rule::none);

/// Rows: rolname, limit.
[[nodiscard]] Result<Samples> roles_samples(const Rows& rows, const ServerState& state);
extern const Collector kRoles;

}  // namespace erp::postgres
