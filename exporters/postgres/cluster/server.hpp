#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kStatic{.name = "pg_static",
                                .type = Type::untyped,
                                .help = "Version of the server as text; always 1.",
                                .labels = {"server", "version", "short_version"},
                                .source = "version()",
                                .naming = Naming::compatible};
inline constexpr Metric kServerInfo{
    .name = "pg_server_info",
    .type = Type::info,
    .help = "Version and identity of the cluster; always 1.",
    .labels = {"version", "version_num", "system_identifier"},
    .source = "server_version, server_version_num, pg_control_system().system_identifier"};
inline constexpr Metric kPostmasterStart{.name = "pg_postmaster_start_time_seconds",
                                         .help = "When the server started, in Unix time.",
                                         .unit = Unit::seconds,
                                         .source = "pg_postmaster_start_time()"};
inline constexpr const Metric* kServerMetrics[] = {&kStatic, &kServerInfo, &kPostmasterStart};
static_assert(broken_rule(kServerMetrics) == Rule::none);

/// Rows: version(), server_version, server_version_num, system_identifier, start time.
[[nodiscard]] Result<Samples> server_samples(const Rows& rows, const ServerState& state);
extern const Collector kServer;

}  // namespace erp::postgres
