#pragma once

#include "exporters/postgres/watchers/watcher.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace erp::postgres {

inline constexpr Metric kActiveSeconds = per_database(
    {.name = "pg_session_active_seconds_total",
     .type = Type::counter,
     .help =
         "Time that sessions were executing, by what they waited for (cpu: nothing); its rate is "
         "the average number of active sessions, sampled by this exporter since it started.",
     .labels = {"datname", "wait_class"},
     .unit = Unit::seconds,
     .source = "session sampler: pg_stat_activity.wait_event_type"});
inline constexpr const Metric* kSessionLoadMetrics[] = {&kActiveSeconds};
static_assert(broken_rule(kSessionLoadMetrics) == Rule::none);

/// Ten series of each database that is busy at times; beyond this many the least busy are one.
inline constexpr Cap kSessionLoadCap{
    .most = 1000, .weight = &kActiveSeconds, .labels = {"datname"}};

inline constexpr std::array<std::string_view, 10> kWaitClasses{
    "cpu", "io", "lock", "lwlock", "bufferpin", "ipc", "client", "timeout", "extension", "other"};
/// Position in kWaitClasses of a wait_event_type; an unknown or idle one (Activity) is "other".
[[nodiscard]] std::size_t wait_class(std::optional<std::string_view> wait_event_type);

/// Active sessions of one database that wait for one class of events.
struct ActiveSessions {
    std::string datname;
    std::size_t wait_class = 0;
    double count = 0;
};
/// Rows: datname, wait_event_type or NULL, count.
[[nodiscard]] Result<std::vector<ActiveSessions>> to_active_sessions(const Rows& rows);

/// Sums up samples: each session that is active in one has been so since the one before. One
/// thread.
class SessionLoad {
  public:
    /// All databases of the server; those that are gone are forgotten.
    void know_databases(const std::vector<DatabaseName>& databases);
    /// A sample taken at `at`, which counts for at most `longest` (a gap in sampling is no load).
    void add(const std::vector<ActiveSessions>& sessions, Clock::time_point at, Duration longest);
    [[nodiscard]] Samples samples() const;

  private:
    /// By name, not by oid: see LockHistory::Totals.
    std::map<std::string, std::array<double, kWaitClasses.size()>> seconds_;
    std::optional<Clock::time_point> previous_;
    const double since_ = unix_now();
};

extern const Collector kSessionLoad;

}  // namespace erp::postgres
