#pragma once

#include "core/base/result.hpp"
#include "exporters/postgres/client/rows.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace erp::postgres {

/// A database of the server. A rename gives it another name, and its name to another database: what
/// is remembered of a database goes by its oid.
struct DatabaseName {
    std::uint32_t oid = 0;  ///< pg_database.oid
    std::string name;       ///< when it was read
};

inline constexpr std::string_view kDatabasesStatement = "SELECT oid, datname FROM pg_database";
/// Sorted by name.
[[nodiscard]] Result<std::vector<DatabaseName>> to_databases(const Rows& rows);

}  // namespace erp::postgres
