#pragma once

#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/tenancy/tenancy.hpp"

#include <chrono>

/// What the configuration says of tenants, as data for rules and boards.
namespace erp::self {

inline constexpr Metric kTenantInfo{
    .name = "erp_tenant_info",
    .type = Type::info,
    .help =
        "One per tenant, with what the configuration says of it; of an automatic tenant only the "
        "name; always 1.",
    .labels = {"tenant", "customer", "environment", "tier"},
    .source = "configuration, databases"};
inline constexpr Metric kTenantDatabaseInfo{
    .name = "erp_tenant_database_info",
    .type = Type::info,
    .help = "One per database of this target that the rules attribute to a tenant; always 1.",
    .labels = {"tenant", "datname"},
    .source = "configuration, databases"};
inline constexpr Metric kObjectiveLatency{
    .name = "erp_objective_latency_seconds",
    .help = "Longest time that a request of this class should take.",
    .labels = {"tenant", "class"},
    .unit = Unit::seconds,
    .source = "configuration"};
inline constexpr Metric kObjectiveAvailability{.name = "erp_objective_availability_ratio",
                                               .help = "Part of the requests that should succeed.",
                                               .labels = {"tenant"},
                                               .unit = Unit::ratio,
                                               .source = "configuration"};
inline constexpr Metric kObjectiveWorkflow{
    .name = "erp_objective_workflow_seconds",
    .help = "Longest time that this business workflow should take.",
    .labels = {"tenant", "workflow"},
    .unit = Unit::seconds,
    .source = "configuration"};
inline constexpr Metric kObjectiveQueueAge{
    .name = "erp_objective_queue_age_seconds",
    .help = "Longest time that a job of this queue channel should wait.",
    .labels = {"tenant", "channel"},
    .unit = Unit::seconds,
    .source = "configuration"};
inline constexpr Metric kObjectiveRpo{
    .name = "erp_objective_rpo_seconds",
    .help = "Most work, in time, that a disaster may cost of this kind of data.",
    .labels = {"tenant", "kind"},
    .unit = Unit::seconds,
    .source = "configuration"};
inline constexpr Metric kObjectiveRto{.name = "erp_objective_rto_seconds",
                                      .help = "Longest time to be back after a disaster.",
                                      .labels = {"tenant"},
                                      .unit = Unit::seconds,
                                      .source = "configuration"};
inline constexpr Metric kMaintenance{.name = "erp_maintenance",
                                     .help = "Whether a maintenance window of the tenant is open.",
                                     .labels = {"tenant"},
                                     .source = "configuration, system clock"};

/// Info, objectives and maintenance at `now` of every tenant, listed or automatic.
void add_tenants(Samples& samples,
                 const Tenancy& tenancy,
                 std::chrono::system_clock::time_point now);

}  // namespace erp::self
