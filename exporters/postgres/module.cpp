#include "exporters/postgres/module.hpp"

#include "exporters/postgres/database.hpp"
#include "exporters/postgres/database_size.hpp"
#include "exporters/postgres/lock_waits.hpp"
#include "exporters/postgres/locks.hpp"
#include "exporters/postgres/options.hpp"
#include "exporters/postgres/replication.hpp"
#include "exporters/postgres/replication_slots.hpp"
#include "exporters/postgres/self.hpp"
#include "exporters/postgres/server.hpp"
#include "exporters/postgres/settings.hpp"
#include "exporters/postgres/stat_activity.hpp"
#include "exporters/postgres/stat_database.hpp"
#include "exporters/postgres/stat_replication.hpp"
#include "exporters/postgres/target.hpp"

#include <utility>

namespace erp::postgres {
namespace {

constexpr const Collector* kCollectors[] = {
    &kLockWaits,       &kDatabaseSizes,    &kServer,  &kDatabase,
    &kStatDatabase,    &kStatActivity,     &kLocks,   &kReplication,
    &kStatReplication, &kReplicationSlots, &kSettings};
static_assert(kCollectors[kLockWaitsAt] == &kLockWaits);
static_assert(kCollectors[kDatabaseSizeAt] == &kDatabaseSizes);

const auto kRows = rows_of(kCollectors);

/// Debian's and the sources' defaults; over the socket a role of our OS user's name needs no
/// password.
constexpr Place kPlaces[] = {{.address = "/var/run/postgresql:*",
                              .socket = "/var/run/postgresql/.s.PGSQL.*",
                              .usual = "5432"},
                             {.address = "127.0.0.1:5432"}};

TargetFactory configure(ConfigMap& entry) {
    SessionOptions options = read_session_options(entry);
    return [options = std::move(options)](const std::shared_ptr<const TargetConfig>& config,
                                          Services services) {
        return std::make_unique<PostgresTarget>(config, services, options);
    };
}

}  // namespace

std::span<const Collector* const> collectors() {
    return kCollectors;
}

const Exporter kExporter{.name = "postgres",
                         .summary = "A PostgreSQL cluster, version 13 to 18.",
                         .metrics = kSelfMetrics,
                         .collectors = kRows,
                         .options = option_rows(),
                         .configure = configure,
                         .places = kPlaces};

}  // namespace erp::postgres
