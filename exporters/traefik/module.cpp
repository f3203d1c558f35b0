#include "exporters/traefik/module.hpp"

#include "core/tail/log_options.hpp"
#include "exporters/traefik/collectors.hpp"
#include "exporters/traefik/options.hpp"
#include "exporters/traefik/self.hpp"
#include "exporters/traefik/target.hpp"

#include <utility>

namespace erp::traefik {
namespace {

constexpr const Collector* kCollectors[] = {&kRequests, &kLatency,   &kConnections, &kTransfer,
                                            &kServers,  &kUnmatched, &kActivity,    &kLog,
                                            &kTopPaths, &kNative};

const auto kRows = rows_of(kCollectors);

/// A log in CLF has routers, and generic not even those: rules that look at something else alone
/// would never match.
void check_rules(ConfigMap& entry, LogFormat format, const Tenancy& tenancy) {
    const bool by_router = tenancy.looks_at(Dimension::router);
    const bool by_other = tenancy.looks_at(Dimension::host) ||
                          tenancy.looks_at(Dimension::service) ||
                          tenancy.looks_at(Dimension::header);
    if (format == LogFormat::common && by_other && !by_router) {
        entry.fail(
            "a log in CLF has no hosts, services and headers, and all rules of tenants look at "
            "those: add a rule `from: router`, give the target a `tenant`, or let Traefik write "
            "JSON");
    }
    if (format == LogFormat::generic && (by_other || by_router)) {
        entry.fail(
            "a log in genericCLF has nothing that rules of tenants look at: give the target a "
            "`tenant`, or let Traefik write JSON");
    }
}

/// What decides how a line is counted is part of the identity: another tenant or native families
/// are another reader, which goes on where the last one ended.
TargetFactory configure(ConfigMap& entry, TargetConfig& config, const Tenancy& tenancy) {
    TraefikOptions options = read_traefik_options(entry);
    if (config.tenant.empty()) check_rules(entry, options.format, tenancy);
    config.descriptors = tail::descriptors_of(options.log.paths);
    config.identity += " tenant " + config.tenant;
    for (const Collector* collector : {&kNative, &kTopPaths}) {
        if (is_enabled(*collector, config))
            config.identity += ' ' + std::string(collector->row.name);
    }
    if (config.native_histograms) config.identity += " native_histograms";
    return [options = std::move(options)](const std::shared_ptr<const TargetConfig>& target,
                                          Services services) {
        return std::make_unique<TraefikTarget>(target, std::move(services), options);
    };
}

}  // namespace

std::span<const Collector* const> collectors() {
    return kCollectors;
}

const Exporter kExporter{.name = "traefik",
                         .summary = "A Traefik proxy, version 2 or 3, by its access log.",
                         .metrics = kSelfMetrics,
                         .collectors = kRows,
                         .options = option_rows(),
                         .configure = configure};

}  // namespace erp::traefik
