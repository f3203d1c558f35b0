#pragma once

#include "core/metrics/change.hpp"
#include "exporters/postgres/watchers/watcher.hpp"

#include <optional>
#include <string>
#include <vector>

namespace erp::postgres {

inline constexpr Metric kDatabasesCreated{
    .name = "pg_database_created_total",
    .type = Type::counter,
    .help = "Databases that came, templates too, seen by this exporter since it started.",
    .source = "pg_database.oid"};
inline constexpr Metric kDatabasesDropped{
    .name = "pg_database_dropped_total",
    .type = Type::counter,
    .help = "Databases that went, seen by this exporter since it started; a renamed one stays.",
    .source = "pg_database.oid"};
inline constexpr const Metric* kLifecycleMetrics[] = {&kDatabasesCreated, &kDatabasesDropped,
                                                      &kChange};
static_assert(broken_rule(kLifecycleMetrics) == Rule::none);

/// Which server answers, what it is now, and which databases it has: what one look is compared with
/// the one before for. One thread.
class Lifecycle {
  public:
    struct Look {
        std::vector<long long> databases;  ///< their oids, sorted
        std::string role;                  ///< "t" of a standby, "f" of a primary
        std::string system;                ///< identity of the cluster; empty: not shown to us
        std::string timeline;              ///< empty: not known (a standby without a receiver)
        std::optional<double> start;       ///< of the server, in Unix time
        /// Of its checkpointer, in Unix time; nothing: hidden from our role.
        std::optional<double> checkpointer;
    };
    /// `at` in Unix time.
    void saw(Look look, double at);
    [[nodiscard]] Samples samples() const;

  private:
    void compare_databases(const Look& look);

    std::optional<Look> last_;
    double created_ = 0;
    double dropped_ = 0;
    std::optional<double> failover_at_;
    std::optional<double> switch_at_;  ///< a standby that follows another timeline than before
    std::optional<double> restart_at_;
    const double since_ = unix_now();
};

/// Rows: oids joined by commas, whether it is a standby, system_identifier, timeline, start time,
/// that of the checkpointer.
[[nodiscard]] Result<Lifecycle::Look> to_lifecycle(const Rows& rows);

extern const Collector kLifecycle;

}  // namespace erp::postgres
