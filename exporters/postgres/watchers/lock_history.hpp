#pragma once

#include "core/metrics/samples.hpp"
#include "core/scrape/recent_max.hpp"
#include "exporters/postgres/watchers/blocking.hpp"
#include "exporters/postgres/watchers/databases.hpp"
#include "exporters/postgres/watchers/lock_sample.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace erp::postgres {

/// A session that waits, with the name of what it waits for.
struct NamedWait {
    const LockSession* session = nullptr;
    /// Name of the table; `unresolved`; empty: it is no table's lock (advisory, virtualxid, …).
    std::string relation;
};

/// What samples of waiting sessions add up to: maxima over 60 s, time waited, waits that ended,
/// episodes of blocking. One thread.
class LockHistory {
  public:
    /// All databases of the server; those that are gone are forgotten.
    void know_databases(const std::vector<DatabaseName>& databases);
    /// A sample taken at `at`; waiting counts from the previous sample on, for at most `longest` (a
    /// gap in sampling is not time waited).
    void add(const std::vector<NamedWait>& waits,
             const BlockingForest& forest,
             Clock::time_point at,
             Duration longest);
    /// `zero_fill`: also of databases in which nobody has waited.
    void show(Samples& samples, bool zero_fill) const;

  private:
    /// What is true of a database now and was in the last minute. By oid: it goes with the database
    /// when that is renamed.
    struct Database {
        /// Empty for waits of no database. Nothing: another has its name now, and it is not known
        /// yet what this one is called.
        std::optional<std::string> name;
        Blocking now;
        Blocking recent;  ///< maxima
        RecentMax waiting, longest, roots, depth, widest;
    };
    /// What was counted. By name, that of the moment: what counters of a name gain is what happened
    /// to the database that had it. By oid they would jump when databases swap names, and
    /// increase() would see waits that nobody had.
    struct Totals {
        std::map<std::string, double> seconds_by_type;
        double episodes = 0;
    };
    /// A wait that was seen in the latest sample.
    struct Current {
        std::string datname;
        double seconds = 0;
    };
    struct Durations {
        std::array<std::uint64_t, 7> counts{};  ///< by bucket, not cumulative
        std::uint64_t count = 0;
        double sum = 0;
    };
    struct Episode {
        bool counted = false;
        bool seen = false;
    };
    void name(std::uint32_t oid, const std::string& name);
    void add_waits(const std::vector<NamedWait>& waits, Clock::time_point at, double step);
    void finish(const Current& wait);
    void count_episodes(const BlockingForest& forest);

    std::map<std::uint32_t, Database> databases_;
    std::map<std::string, Totals> totals_;
    std::map<std::pair<std::string, std::string>, double> seconds_by_relation_;
    std::map<int, Current> current_;  ///< by pid
    std::map<std::string, Durations> durations_;
    /// By pid of the root and the database of those that wait, see BlockingForest::roots().
    std::map<std::pair<int, std::string>, Episode> episodes_;
    RecentMax untraced_;
    std::optional<double> recent_untraced_;  ///< nothing before the first sample
    std::optional<Clock::time_point> previous_;
    double since_ = unix_now();
};

}  // namespace erp::postgres
