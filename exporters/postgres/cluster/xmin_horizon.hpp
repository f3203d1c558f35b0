#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

inline constexpr Metric kXminHorizon{
    .name = "pg_xmin_horizon_age_transactions",
    .help =
        "Transactions since the oldest one that this kind of holder keeps vacuum from passing; "
        "absent if it holds none.",
    .labels = {"holder"},
    .source = "backend_xmin, backend_xid, pg_prepared_xacts, pg_replication_slots"};
inline constexpr const Metric* kXminHorizonMetrics[] = {&kXminHorizon};
static_assert(broken_rule(kXminHorizonMetrics) == Rule::none);

/// Rows: holder (session, standby, prepared, slot, slot_catalog), age or NULL.
[[nodiscard]] Result<Samples> xmin_horizon_samples(const Rows& rows, const ServerState& state);
extern const Collector kXminHorizonCollector;

}  // namespace erp::postgres
