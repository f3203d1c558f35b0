#include "exporters/traefik/module.hpp"

#include "exporters/traefik/collectors.hpp"
#include "exporters/traefik/options.hpp"
#include "exporters/traefik/self.hpp"
#include "exporters/traefik/target.hpp"

#include <utility>

namespace erp::traefik {
namespace {

constexpr const Collector* kCollectors[] = {&kRequests, &kLatency, &kConnections,
                                            &kTransfer, &kServers, &kUnmatched,
                                            &kActivity, &kLog,     &kNative};

const auto kRows = rows_of(kCollectors);

/// What decides how a line is counted is part of the identity: another tenant or native families
/// are another reader, which goes on where the last one ended.
TargetFactory configure(ConfigMap& entry, TargetConfig& config) {
    TraefikOptions options = read_traefik_options(entry);
    config.identity += " tenant " + config.tenant;
    if (counts_native(config)) config.identity += " native";
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
