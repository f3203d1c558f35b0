#include "exporters/postgres/cluster/privileges.hpp"

namespace erp::postgres {
namespace {

// pg_monitor is a member of the first two roles and may execute the functions; a cautious operator
// grants them one by one.
std::string statement(const ServerState& state) {
    std::string text =
        "SELECT 'sessions', NOT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') "
        "UNION ALL SELECT 'settings', "
        "NOT pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') "
        "UNION ALL SELECT 'files', NOT (";
    text.append(kMayListFiles)
        .append(") UNION ALL SELECT 'control', NOT (")
        .append(kMayReadControl)
        .append(
            ") UNION ALL SELECT 'databases', EXISTS (SELECT FROM pg_database WHERE datallowconn "
            "AND NOT datistemplate AND NOT has_database_privilege(oid, 'CONNECT'))");
    if (state.version >= 160000) {
        text +=
            " UNION ALL SELECT 'reserved_connections', "
            "CASE WHEN current_setting('reserved_connections') <> '0' THEN NOT "
            "pg_has_role(current_user, 'pg_use_reserved_connections', 'USAGE') END";
    }
    return text;
}

}  // namespace

Result<Samples> privileges_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 2) return Error{Phase::parse, "expected two columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        if (const auto missing = rows.text(i, 1))
            samples.add(kPrivilegeMissing, *missing == "t" ? 1 : 0, rows.label(i, 0));
    }
    return samples;
}

const Collector kPrivileges{.row = {.name = "privileges",
                                    .summary = "Rights that our role lacks.",
                                    .metrics = kPrivilegesMetrics},
                            .statement = statement,
                            .parse = privileges_samples};

}  // namespace erp::postgres
