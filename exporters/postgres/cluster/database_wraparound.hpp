#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kXidAgeAsSeconds = per_database(
    {.name = "pg_database_wraparound_age_datfrozenxid_seconds",
     .help = "Transactions, not seconds: pg_database_xid_age_transactions under the peers' name, "
             "of databases that allow connections.",
     .labels = {"datname"},
     .source = "age(pg_database.datfrozenxid)",
     .naming = Naming::compatible});
inline constexpr Metric kMultixactAgeAsSeconds = per_database(
    {.name = "pg_database_wraparound_age_datminmxid_seconds",
     .help = "Multixacts, not seconds: pg_database_multixact_age under the peers' name, of "
             "databases that allow connections.",
     .labels = {"datname"},
     .source = "mxid_age(pg_database.datminmxid)",
     .naming = Naming::compatible});
inline constexpr Metric kXidAge =
    per_database({.name = "pg_database_xid_age_transactions",
                  .help = "Transactions since the oldest that is not frozen in the database.",
                  .labels = {"datname"},
                  .source = "age(pg_database.datfrozenxid)"});
inline constexpr Metric kMultixactAge =
    per_database({.name = "pg_database_multixact_age",
                  .help = "Multixacts since the oldest that may still be in the database.",
                  .labels = {"datname"},
                  .source = "mxid_age(pg_database.datminmxid)"});
inline constexpr Metric kWraparoundLimit{
    .name = "pg_wraparound_limit_transactions",
    .help =
        "Age in transactions at which autovacuum is forced (freeze_max_age), vacuum drops all "
        "delays (failsafe_age, from version 14 on) and the server refuses to write (hard).",
    .labels = {"kind"},
    .source = "autovacuum_freeze_max_age, vacuum_failsafe_age"};
inline constexpr const Metric* kDatabaseWraparoundMetrics[] = {
    &kXidAgeAsSeconds, &kMultixactAgeAsSeconds, &kXidAge, &kMultixactAge, &kWraparoundLimit};
static_assert(broken_rule(kDatabaseWraparoundMetrics) == Rule::none);

/// Rows: datname, whether it allows connections, age, age in multixacts; and one without a name:
/// NULL, NULL, the age at which autovacuum is forced, the failsafe's or NULL.
[[nodiscard]] Result<Samples> database_wraparound_samples(const Rows& rows,
                                                          const ServerState& state);
extern const Collector kDatabaseWraparound;

}  // namespace erp::postgres
