#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kPrepared = per_database(
    {.name = "pg_prepared_transactions",
     .help =
         "Transactions prepared for two-phase commit that nobody has ended; absent without one.",
     .labels = {"datname"},
     .source = "pg_prepared_xacts"});
inline constexpr Metric kPreparedOldest =
    per_database({.name = "pg_prepared_transaction_oldest_seconds",
                  .help = "Age of the oldest prepared transaction.",
                  .labels = {"datname"},
                  .unit = Unit::seconds,
                  .source = "pg_prepared_xacts.prepared"});
inline constexpr const Metric* kPreparedMetrics[] = {&kPrepared, &kPreparedOldest};
static_assert(broken_rule(kPreparedMetrics) == Rule::none);

/// Rows: datname, count, seconds.
[[nodiscard]] Result<Samples> prepared_transactions_samples(const Rows& rows,
                                                            const ServerState& state);
extern const Collector kPreparedTransactions;

}  // namespace erp::postgres
