#pragma once

#include <string_view>

namespace erp::postgres {

/// SQL: whether the walsender `r`, a row of pg_stat_replication, decodes for a subscriber: it is
/// connected to a database (walsender.c, replication=database).
inline constexpr std::string_view kDecodes =
    "EXISTS (SELECT FROM pg_stat_get_activity(r.pid) a WHERE a.datid IS NOT NULL)";

}  // namespace erp::postgres
