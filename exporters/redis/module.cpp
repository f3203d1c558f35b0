#include "exporters/redis/module.hpp"

#include "exporters/redis/collectors.hpp"
#include "exporters/redis/options.hpp"
#include "exporters/redis/self.hpp"
#include "exporters/redis/target.hpp"

#include <utility>

namespace erp::redis {
namespace {

constexpr const Collector* kCollectors[] = {&kServer,       &kClients,     &kMemory, &kPersistence,
                                            &kStats,        &kReplication, &kCpu,    &kCommands,
                                            &kErrorReplies, &kKeyspace,    &kSlowlog};

const auto kRows = rows_of(kCollectors);

TargetFactory configure(ConfigMap& entry) {
    RedisOptions options = read_redis_options(entry);
    return [options = std::move(options)](const std::shared_ptr<const TargetConfig>& /*config*/,
                                          Services services) {
        return std::make_unique<RedisTarget>(services, options);
    };
}

}  // namespace

std::span<const Collector* const> collectors() {
    return kCollectors;
}

const Exporter kExporter{.name = "redis",
                         .summary = "A Redis or Valkey server, version 6.2 or later.",
                         .metrics = kSelfMetrics,
                         .collectors = kRows,
                         .options = option_rows(),
                         .configure = configure};

}  // namespace erp::redis
