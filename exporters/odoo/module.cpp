#include "exporters/odoo/module.hpp"

#include "core/tail/log_options.hpp"
#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/options.hpp"
#include "exporters/odoo/self.hpp"
#include "exporters/odoo/target.hpp"

#include <iterator>
#include <string>
#include <utility>

namespace erp::odoo {
namespace {

constexpr const Collector* kCollectors[] = {
    &kRequests,    &kLatency,   &kPythonTime, &kErrors,      &kCron,        &kCronTime,
    &kWorkerLog,   &kLogins,    &kQueueJobs,  &kRecords,     &kChanges,     &kHttpWorkers,
    &kConnections, &kProcesses, &kCgroup,     &kDirectories, &kHealthProbes};

const auto kRows = rows_of(kCollectors);

// What each source has open at once, see the files that open it.
constexpr std::size_t kOfSockets = 7;      ///< four of /proc, one of netlink, a namespace, a file
constexpr std::size_t kOfProcesses = 2;    ///< a folder, a file
constexpr std::size_t kOfProbes = 5;       ///< a loop of its own (3), a connection, a namespace
constexpr std::size_t kOfDirectories = 5;  ///< a walk, as deep as it goes

std::size_t descriptors_of(const OdooOptions& options) {
    const bool processes = options.processes.named();
    std::size_t most = options.log.paths.empty() ? 0 : tail::descriptors_of(options.log.paths);
    if (options.http_port != 0) most += kOfSockets;
    if (processes) most += kOfProcesses;
    if (!options.probes.empty()) most += kOfProbes;
    if (processes || !options.data_dir.empty()) most += kOfDirectories;
    return most;
}

/// Which watchers there are is part of the identity: a reload that switches one on or off makes
/// another target, whose log goes on where the last one ended.
TargetFactory configure(ConfigMap& entry, TargetConfig& config, const Tenancy& /*tenancy*/) {
    OdooOptions options = read_odoo_options(entry);
    for (std::size_t i = 0; i < std::size(kCollectors); ++i) {
        const CollectorRow& row = kCollectors[i]->row;
        if (kCollectors[i]->source != Source::log && config.collectors[i].enabled)
            config.identity += ' ' + std::string(row.name);
    }
    config.descriptors = descriptors_of(options);
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
