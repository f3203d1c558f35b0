#include "exporters/postgres/cluster/connections.hpp"

#include <algorithm>
#include <optional>

namespace erp::postgres {
namespace {

// max_connections counts clients alone: walsenders have had max_wal_senders of their own since 12.
// The limits of roles count both (CountUserBackends).
constexpr std::string_view kSessionsOf =
    "WITH a AS MATERIALIZED (SELECT pid, datid, usesysid, backend_type, state "
    "FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender')) "
    "SELECT 'max_connections', NULL, current_setting('max_connections')::float8 "
    "UNION ALL SELECT 'superuser_reserved', NULL, "
    "current_setting('superuser_reserved_connections')::float8 "
    "UNION ALL SELECT 'reserved', NULL, current_setting('reserved_connections', true)::float8 "
    "UNION ALL SELECT 'backends', NULL, count(*)::float8 FROM a "
    "WHERE backend_type = 'client backend' "
    "UNION ALL SELECT 'role', r.rolname, count(a.pid)::float8 FROM pg_roles r "
    "LEFT JOIN a ON a.usesysid = r.oid WHERE r.rolconnlimit >= 0 GROUP BY r.oid, r.rolname "
    "UNION ALL SELECT 'database', d.datname, count(a.pid)::float8 / d.datconnlimit "
    "FROM pg_database d LEFT JOIN a ON a.datid = d.oid AND a.backend_type = 'client backend' "
    "WHERE d.datconnlimit > 0 GROUP BY d.oid, d.datname, d.datconnlimit "
    "UNION ALL SELECT 'superuser', NULL, count(*)::float8 FROM a "
    "JOIN pg_roles r ON r.oid = a.usesysid WHERE r.rolsuper "
    "AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid() "
    "UNION ALL SELECT 'replication', NULL, count(*)::float8 FROM a "
    "WHERE backend_type = 'walsender' "
    "UNION ALL SELECT 'starting', NULL, ";

// Before 18 a starting session is in no view but that of locks: it waits for its database, or for a
// catalog that it reads.
constexpr std::string_view kStartingBefore18 =
    "count(DISTINCT l.pid)::float8 FROM pg_locks l WHERE NOT l.granted "
    "AND NOT EXISTS (SELECT FROM pg_stat_activity b WHERE b.pid = l.pid)";
constexpr std::string_view kStarting = "count(*)::float8 FROM a WHERE state = 'starting'";

std::string statement(const ServerState& state) {
    return std::string(kSessionsOf) +
           std::string(state.version < 180000 ? kStartingBefore18 : kStarting);
}

struct Pools {
    std::optional<double> most, reserved, superuser, used;
};

void add_pool(Samples& samples, std::string_view name, double limit, double& left) {
    const double used = std::clamp(left, 0.0, limit);
    samples.add(kConnectionsUsed, used, name);
    samples.add(kConnectionsLimit, limit, name);
    left -= used;
}

void add_pools(Samples& samples, const Pools& pools) {
    if (!pools.most || !pools.superuser || !pools.used) return;
    double left = *pools.used;
    const double reserved = pools.reserved.value_or(0);
    add_pool(samples, "normal", std::max(0.0, *pools.most - *pools.superuser - reserved), left);
    if (pools.reserved) add_pool(samples, "reserved", reserved, left);
    add_pool(samples, "superuser", *pools.superuser, left);
}

}  // namespace

Result<Samples> connections_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 3) return Error{Phase::parse, "expected three columns"};
    Samples samples;
    Pools pools;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view what = rows.label(i, 0);
        const std::string_view name = rows.label(i, 1);
        const auto value = rows.number(i, 2);
        if (what == "max_connections") pools.most = value;
        if (what == "reserved") pools.reserved = value;
        if (what == "superuser_reserved") pools.superuser = value;
        if (what == "backends") pools.used = value;
        if (what == "role") samples.add(kRoleConnections, value, name);
        if (what == "database") samples.add(kDatabaseLimitRatio, value, name);
        if (what == "starting") samples.add(kSessionsStarting, value);
        if (what == "superuser" || what == "replication")
            samples.add(kSessionsByPrivilege, value, what);
    }
    add_pools(samples, pools);
    return samples;
}

const Collector kConnections{
    .row = {.name = "connections",
            .summary = "Connections against their limits, those that start, and privileged ones.",
            .metrics = kConnectionsMetrics,
            .cap = &kConnectionsCap},
    .needs_monitor = true,
    .statement = statement,
    .parse = connections_samples};

}  // namespace erp::postgres
