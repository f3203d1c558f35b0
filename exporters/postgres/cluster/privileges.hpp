#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kPrivilegeMissing{
    .name = "pg_exporter_privilege_missing",
    .help =
        "Whether our role lacks the right to see this area; databases is the right to connect to "
        "each of them, for what only they tell, such as the names of tables in lock waits; "
        "reserved_connections is the right to connect when the server is full.",
    .labels = {"area"},
    .source = "pg_has_role(), has_function_privilege(), has_database_privilege()"};
inline constexpr const Metric* kPrivilegesMetrics[] = {&kPrivilegeMissing};
static_assert(broken_rule(kPrivilegesMetrics) == Rule::none);

/// Rows: area, whether it is missing, or NULL where the server has nothing of the kind.
[[nodiscard]] Result<Samples> privileges_samples(const Rows& rows, const ServerState& state);
extern const Collector kPrivileges;

}  // namespace erp::postgres
