#include "exporters/postgres/watchers/databases.hpp"

#include <algorithm>

namespace erp::postgres {

Result<std::vector<DatabaseName>> to_databases(const Rows& rows) {
    const Error other{Phase::parse, "expected databases"};
    if (rows.columns() != 2) return other;
    std::vector<DatabaseName> databases;
    databases.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        const auto oid = to_int(rows.label(row, 0));
        if (!oid) return other;
        databases.push_back({static_cast<std::uint32_t>(*oid), std::string(rows.label(row, 1))});
    }
    std::ranges::sort(databases, {}, &DatabaseName::name);
    return databases;
}

}  // namespace erp::postgres
