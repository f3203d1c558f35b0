#include "exporters/odoo/module.hpp"

#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/options.hpp"
#include "exporters/odoo/self.hpp"
#include "exporters/odoo/target.hpp"

#include <utility>

namespace erp::odoo {
namespace {

constexpr const Collector* kCollectors[] = {
    &kRequests,    &kLatency,   &kPythonTime, &kErrors,     &kCron,    &kCronTime,
    &kWorkerLog,   &kLogins,    &kQueueJobs,  &kRecords,    &kChanges, &kHttpWorkers,
    &kConnections, &kProcesses, &kCgroup,     &kDirectories};

const auto kRows = rows_of(kCollectors);

TargetFactory configure(ConfigMap& entry, TargetConfig& /*config*/, const Tenancy& /*tenancy*/) {
    OdooOptions options = read_odoo_options(entry);
    return [options = std::move(options)](const std::shared_ptr<const TargetConfig>& target,
                                          Services services) {
        return std::make_unique<OdooTarget>(target, std::move(services), options);
    };
}

}  // namespace

std::span<const Collector* const> collectors() {
    return kCollectors;
}

const Exporter kExporter{.name = "odoo",
                         .summary = "An Odoo deployment, version 14 to 19, by what its host tells.",
                         .metrics = kSelfMetrics,
                         .collectors = kRows,
                         .options = option_rows(),
                         .configure = configure};

}  // namespace erp::odoo
