#include "core/scrape/tenant_metrics.hpp"

#include <string_view>

namespace erp::self {
namespace {

void add(Samples& samples, const Tenant& tenant, std::string_view name, bool maintenance) {
    const Objectives& objectives = tenant.objectives;
    samples.add(kTenantInfo, 1, name, tenant.customer, tenant.environment, tenant.tier);
    for (const auto& [key, most] : objectives.latency)
        samples.add(kObjectiveLatency, seconds(most), name, key);
    samples.add(kObjectiveAvailability, objectives.availability, name);
    for (const auto& [key, most] : objectives.workflow)
        samples.add(kObjectiveWorkflow, seconds(most), name, key);
    for (const auto& [key, most] : objectives.queue_age)
        samples.add(kObjectiveQueueAge, seconds(most), name, key);
    for (const auto& [key, most] : objectives.rpo)
        samples.add(kObjectiveRpo, seconds(most), name, key);
    if (objectives.rto) samples.add(kObjectiveRto, seconds(*objectives.rto), name);
    samples.add(kMaintenance, maintenance ? 1 : 0, name);
}

}  // namespace

void add_tenants(Samples& samples,
                 const Tenancy& tenancy,
                 std::chrono::system_clock::time_point now) {
    for (const Tenant& tenant : tenancy.tenants()) {
        add(samples, tenant, tenant.name, in_maintenance(tenant.maintenance, now));
    }
    if (const Tenant* automatic = tenancy.automatic()) {
        const bool maintenance = in_maintenance(automatic->maintenance, now);
        for (const std::string& name : tenancy.automatic_names())
            add(samples, *automatic, name, maintenance);
    }
}

}  // namespace erp::self
