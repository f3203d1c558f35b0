#include "exporters/postgres/cluster/roles.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT rolname, rolconnlimit FROM pg_roles";
}

}  // namespace

Result<Samples> roles_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 2) return Error{Phase::parse, "expected two columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        samples.add(kRoleConnectionLimit, rows.number(i, 1), rows.label(i, 0));
    }
    return samples;
}

const Collector kRoles{
    .row = {.name = "roles", .summary = "Connection limits of roles.", .metrics = kRolesMetrics},
    .statement = statement,
    .parse = roles_samples};

}  // namespace erp::postgres
