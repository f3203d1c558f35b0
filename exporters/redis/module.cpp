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

constexpr Place kPlaces[] = {
    {.address = "127.0.0.1:6379"},
    {.address = "unix:/run/redis/redis-server.sock", .socket = "/run/redis/redis-server.sock"},
    {.address = "unix:/run/redis/redis.sock", .socket = "/run/redis/redis.sock"},
    {.address = "unix:/run/valkey/valkey-server.sock", .socket = "/run/valkey/valkey-server.sock"}};

TargetFactory configure(ConfigMap& entry, TargetConfig& /*config*/, const Tenancy& /*tenancy*/) {
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
                         .configure = configure,
                         .places = kPlaces};

}  // namespace erp::redis
