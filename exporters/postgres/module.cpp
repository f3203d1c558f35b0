#include "exporters/postgres/module.hpp"

#include "exporters/postgres/client/address.hpp"
#include "exporters/postgres/cluster/archiver.hpp"
#include "exporters/postgres/cluster/buffercache_summary.hpp"
#include "exporters/postgres/cluster/checkpoint.hpp"
#include "exporters/postgres/cluster/checksums.hpp"
#include "exporters/postgres/cluster/connections.hpp"
#include "exporters/postgres/cluster/database.hpp"
#include "exporters/postgres/cluster/database_sessions.hpp"
#include "exporters/postgres/cluster/database_wraparound.hpp"
#include "exporters/postgres/cluster/locks.hpp"
#include "exporters/postgres/cluster/long_running_transactions.hpp"
#include "exporters/postgres/cluster/prepared_transactions.hpp"
#include "exporters/postgres/cluster/privileges.hpp"
#include "exporters/postgres/cluster/process_idle.hpp"
#include "exporters/postgres/cluster/progress.hpp"
#include "exporters/postgres/cluster/replication.hpp"
#include "exporters/postgres/cluster/replication_slots.hpp"
#include "exporters/postgres/cluster/roles.hpp"
#include "exporters/postgres/cluster/server.hpp"
#include "exporters/postgres/cluster/sessions.hpp"
#include "exporters/postgres/cluster/settings.hpp"
#include "exporters/postgres/cluster/stat_activity.hpp"
#include "exporters/postgres/cluster/stat_activity_autovacuum.hpp"
#include "exporters/postgres/cluster/stat_archiver.hpp"
#include "exporters/postgres/cluster/stat_bgwriter.hpp"
#include "exporters/postgres/cluster/stat_checkpointer.hpp"
#include "exporters/postgres/cluster/stat_database.hpp"
#include "exporters/postgres/cluster/stat_io.hpp"
#include "exporters/postgres/cluster/stat_progress_vacuum.hpp"
#include "exporters/postgres/cluster/stat_replication.hpp"
#include "exporters/postgres/cluster/stat_slru.hpp"
#include "exporters/postgres/cluster/stat_wal_receiver.hpp"
#include "exporters/postgres/cluster/subscriptions.hpp"
#include "exporters/postgres/cluster/wal.hpp"
#include "exporters/postgres/cluster/wal_generation.hpp"
#include "exporters/postgres/cluster/xmin_horizon.hpp"
#include "exporters/postgres/options.hpp"
#include "exporters/postgres/self.hpp"
#include "exporters/postgres/target.hpp"
#include "exporters/postgres/watchers/changes.hpp"
#include "exporters/postgres/watchers/database_size.hpp"
#include "exporters/postgres/watchers/filesystems.hpp"
#include "exporters/postgres/watchers/lifecycle.hpp"
#include "exporters/postgres/watchers/lock_report.hpp"
#include "exporters/postgres/watchers/lock_waits.hpp"
#include "exporters/postgres/watchers/orphaned_sessions.hpp"
#include "exporters/postgres/watchers/replication_lag.hpp"
#include "exporters/postgres/watchers/session_load.hpp"

#include <utility>

namespace erp::postgres {
namespace {

constexpr const Collector* kCollectors[] = {&kLockWaits,
                                            &kDatabaseSizes,
                                            &kServer,
                                            &kDatabase,
                                            &kStatDatabase,
                                            &kStatActivity,
                                            &kLocks,
                                            &kReplication,
                                            &kStatReplication,
                                            &kReplicationSlots,
                                            &kSettings,
                                            &kReplicationLagWatcher,
                                            &kSubscriptions,
                                            &kArchiver,
                                            &kCheckpoint,
                                            &kWalGeneration,
                                            &kStatIo,
                                            &kStatSlru,
                                            &kProgress,
                                            &kSessionsCollector,
                                            &kConnections,
                                            &kXminHorizonCollector,
                                            &kPreparedTransactions,
                                            &kDatabaseSessions,
                                            &kChecksums,
                                            &kPrivileges,
                                            &kSessionLoad,
                                            &kOrphanedSessions,
                                            &kChanges,
                                            &kLifecycle,
                                            &kFilesystems,
                                            &kRoles,
                                            &kStatArchiver,
                                            &kStatBgwriter,
                                            &kStatCheckpointer,
                                            &kWal,
                                            &kXlogLocationCollector,
                                            &kStatWalReceiver,
                                            &kStatProgressVacuum,
                                            &kStatActivityAutovacuum,
                                            &kDatabaseWraparound,
                                            &kLongRunning,
                                            &kProcessIdleCollector,
                                            &kBuffercacheSummary};

const auto kRows = rows_of(kCollectors);

/// Debian's defaults; over the socket a role of our OS user's name needs no password. Not the
/// sources' own, /tmp, where anybody may put a socket.
constexpr Place kPlaces[] = {{.address = "/var/run/postgresql:*",
                              .socket = "/var/run/postgresql/.s.PGSQL.*",
                              .usual = "5432"},
                             {.address = "127.0.0.1:5432"}};

constexpr Report kReports[] = {kLockReport};

TargetFactory configure(ConfigMap& entry, TargetConfig& shown, const Tenancy& /*tenancy*/) {
    TargetOptions options = read_target_options(entry);
    // The connection, the watchdog's duplicate of it, a file while it connects, a look at /proc.
    shown.descriptors = 4;
    if (options.page.server_label) {
        shown.data_labels.emplace_back("server", shown_address(options.session.address));
    }
    return [options = std::move(options)](const std::shared_ptr<const TargetConfig>& config,
                                          const Services& services) {
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
                         .places = kPlaces,
                         .reports = kReports};

}  // namespace erp::postgres
