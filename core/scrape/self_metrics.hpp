#pragma once

#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/tenant_metrics.hpp"
#include "core/tail/reader_metrics.hpp"

#include <memory>
#include <string_view>

/// What the daemon says about itself: DESIGN.md section 10. Rows with Shown::target are about one
/// target; on a page of several they carry `target` and `exporter`, which the page adds.
namespace erp::self {

inline constexpr Metric kBuildInfo{
    .name = "erp_exporter_build_info",
    .type = Type::info,
    .help = "Version of this daemon and the compiler that built it; always 1.",
    .labels = {"version", "compiler"}};
inline constexpr Metric kTargetUp{.name = "erp_exporter_target_up",
                                  .help = "Whether the target answered in the latest collection.",
                                  .shown = Shown::target};
inline constexpr Metric kTargetFailures{.name = "erp_exporter_target_failures_total",
                                        .type = Type::counter,
                                        .help =
                                            "Collections in which the target or one of its "
                                            "collectors failed, by the phase that failed.",
                                        .labels = {"phase"},
                                        .shown = Shown::target};
inline constexpr Metric kCollectorSuccess{
    .name = "erp_exporter_collector_success",
    .help = "Whether the collector's metrics on this page are complete.",
    .labels = {"collector"},
    .shown = Shown::target};
inline constexpr Metric kCollectorDuration{.name = "erp_exporter_collector_duration_seconds",
                                           .help =
                                               "Time from the previous reply's arrival to the end "
                                               "of parsing this collector's: its work, not "
                                               "its waiting for others.",
                                           .labels = {"collector"},
                                           .unit = Unit::seconds,
                                           .shown = Shown::target};
inline constexpr Metric kCollectorLastSuccess{
    .name = "erp_exporter_collector_last_success_timestamp_seconds",
    .help = "When the collector's data was last fetched completely, in Unix time.",
    .labels = {"collector"},
    .unit = Unit::seconds,
    .shown = Shown::target};
inline constexpr Metric kCollectorInterval{
    .name = "erp_exporter_collector_interval_seconds",
    .help =
        "Period at which the watcher behind this collector looks; only collectors that have one.",
    .labels = {"collector"},
    .unit = Unit::seconds,
    .shown = Shown::target};
inline constexpr Metric kSeriesFolded{
    .name = "erp_exporter_series_folded_total",
    .type = Type::counter,
    .help =
        "Series of label values beyond the collector's cap that went into _other, counted at "
        "each collection.",
    .labels = {"collector"},
    .shown = Shown::target};
inline constexpr Metric kCollectorUnavailable{
    .name = "erp_exporter_collector_unavailable",
    .help =
        "Set to 1 for a collector of which all or a part is absent without a failure, by reason.",
    .labels = {"collector", "reason"},
    .shown = Shown::target};
inline constexpr Metric kConnections{.name = "erp_exporter_connections",
                                     .help = "Open connections to the target, by role.",
                                     .labels = {"role"},
                                     .shown = Shown::target};
inline constexpr Metric kSeries{.name = "erp_exporter_series",
                                .help = "Lines of the target on this page, self metrics apart.",
                                .shown = Shown::target};
inline constexpr Metric kSeriesDropped{
    .name = "erp_exporter_series_dropped_total",
    .type = Type::counter,
    .help = "Lines of the target that were left out, counted once a collection, by reason.",
    .labels = {"reason"},
    .shown = Shown::target};
inline constexpr Metric kDuplicateSeries{
    .name = "erp_exporter_duplicate_series_total",
    .type = Type::counter,
    .help = "Series that the target gave twice; the first is kept, counted once a collection.",
    .shown = Shown::target};

inline constexpr Metric kTargetExpectedReplicas{
    .name = "erp_target_expected_replicas",
    .help = "Standbys or replicas that the configuration says this target should have.",
    .source = "configuration",
    .shown = Shown::target};
inline constexpr Metric kTargetRoleInfo{
    .name = "erp_target_role_info",
    .type = Type::info,
    .help = "What the configuration says this target is for, for example sessions; always 1.",
    .labels = {"role"},
    .source = "configuration",
    .shown = Shown::target};

inline constexpr Metric kHttpRequests{.name = "erp_exporter_http_requests_total",
                                      .type = Type::counter,
                                      .help = "HTTP requests answered, by route and status code.",
                                      .labels = {"path", "code"}};
inline constexpr Metric kScrapeDuration{.name = "erp_exporter_scrape_duration_seconds",
                                        .type = Type::histogram,
                                        .help = "Time from a page's request to its finished body.",
                                        .unit = Unit::seconds};
inline constexpr Metric kReloadSuccessful{
    .name = "erp_exporter_config_last_reload_successful",
    .help = "Whether the last attempt to load the configuration succeeded."};
inline constexpr Metric kReloadTimestamp{
    .name = "erp_exporter_config_last_reload_success_timestamp_seconds",
    .help = "When the configuration in use was loaded, in Unix time.",
    .unit = Unit::seconds};

inline constexpr Metric kProcessCpu{.name = "process_cpu_seconds_total",
                                    .type = Type::counter,
                                    .help = "User and system CPU time of this process.",
                                    .unit = Unit::seconds,
                                    .source = "/proc/self/stat"};
inline constexpr Metric kProcessOpenFds{
    .name = "process_open_fds", .help = "Open file descriptors.", .source = "/proc/self/fd"};
inline constexpr Metric kProcessMaxFds{.name = "process_max_fds",
                                       .help = "Limit of open file descriptors.",
                                       .source = "getrlimit(RLIMIT_NOFILE)"};
inline constexpr Metric kProcessVirtualMemory{.name = "process_virtual_memory_bytes",
                                              .help = "Virtual memory size.",
                                              .unit = Unit::bytes,
                                              .source = "/proc/self/stat"};
inline constexpr Metric kProcessResidentMemory{.name = "process_resident_memory_bytes",
                                               .help = "Resident memory size.",
                                               .unit = Unit::bytes,
                                               .source = "/proc/self/stat"};
inline constexpr Metric kProcessStartTime{.name = "process_start_time_seconds",
                                          .help = "When this process started, in Unix time.",
                                          .unit = Unit::seconds,
                                          .source = "/proc/self/stat, /proc/stat"};
inline constexpr Metric kProcessThreads{
    .name = "process_threads", .help = "Threads of this process.", .source = "/proc/self/stat"};

inline constexpr const Metric* kMetrics[] = {&kBuildInfo,
                                             &kTargetUp,
                                             &kTargetFailures,
                                             &kCollectorSuccess,
                                             &kCollectorDuration,
                                             &kCollectorLastSuccess,
                                             &kCollectorInterval,
                                             &kSeriesFolded,
                                             &kCollectorUnavailable,
                                             &kConnections,
                                             &kSeries,
                                             &kSeriesDropped,
                                             &kDuplicateSeries,
                                             &kHttpRequests,
                                             &kScrapeDuration,
                                             &kReloadSuccessful,
                                             &kReloadTimestamp,
                                             &kTargetExpectedReplicas,
                                             &kTargetRoleInfo,
                                             &tail::kLogLines,
                                             &tail::kLogBytesRead,
                                             &tail::kLogLagBytes,
                                             &tail::kLogLagSeconds,
                                             &tail::kLogRotations,
                                             &tail::kLogErrors,
                                             &tail::kLogSnapshotAge,
                                             &kTenantInfo,
                                             &kTenantDatabaseInfo,
                                             &kObjectiveLatency,
                                             &kObjectiveAvailability,
                                             &kObjectiveWorkflow,
                                             &kObjectiveQueueAge,
                                             &kObjectiveRpo,
                                             &kObjectiveRto,
                                             &kMaintenance,
                                             &kProcessCpu,
                                             &kProcessOpenFds,
                                             &kProcessMaxFds,
                                             &kProcessVirtualMemory,
                                             &kProcessResidentMemory,
                                             &kProcessStartTime,
                                             &kProcessThreads};
static_assert(broken_rule(kMetrics) == Rule::none);

/// Counters of the daemon, kept in a prometheus-cpp Registry. Any thread.
class Counters {
  public:
    Counters();
    ~Counters();
    Counters(const Counters&) = delete;
    Counters& operator=(const Counters&) = delete;
    Counters(Counters&&) = delete;
    Counters& operator=(Counters&&) = delete;

    /// `path` is a route of ours, never the client's text.
    void count_request(std::string_view path, unsigned code);
    void observe_scrape(double seconds);
    void reload(bool successful);

    /// Everything in the Registry as samples of the rows above: the one collector that reads it.
    [[nodiscard]] Samples collect() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// process_*: reads /proc, so not on the I/O thread. What cannot be read is absent.
void add_process(Samples& samples);
void add_build_info(Samples& samples);

}  // namespace erp::self
