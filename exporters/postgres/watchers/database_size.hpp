#pragma once

#include "exporters/postgres/watchers/watcher.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace erp::postgres {

inline constexpr Metric kDatabaseSize = per_database(
    {.name = "pg_database_size_bytes",
     .help =
         "Disk space of the database, as the slow watcher saw it last; absent until first seen.",
     .labels = {"datname"},
     .unit = Unit::bytes,
     .source = "pg_database_size()"});
inline constexpr const Metric* kDatabaseSizeMetrics[] = {&kDatabaseSize};
static_assert(broken_rule(kDatabaseSizeMetrics) == Rule::none);

/// One database a statement, its parameter the oid: the function walks a directory, and fails when
/// the database is dropped meanwhile, which must cost nobody else.
inline constexpr std::string_view kSizeStatement = "SELECT pg_database_size($1::oid)";

/// Which database is to be visited next, and what the visits have shown. A round over all databases
/// begins every `interval`; a database that is new comes first. One thread.
class SizeWalk {
  public:
    explicit SizeWalk(Duration interval) : interval_(interval) {}

    /// There is a new session: if its server has a number under another name it is taken for
    /// another cluster, and everything is forgotten. Within a session that is a new name.
    void met() { met_ = true; }
    /// All databases of the server; those that are gone are forgotten.
    void know_databases(const std::vector<DatabaseName>& databases);
    /// Whether next() has something to give.
    [[nodiscard]] bool due(Clock::time_point now) const;
    /// Its oid.
    [[nodiscard]] std::optional<std::uint32_t> next(Clock::time_point now);
    /// The outcome of a visit. A statement that ran into its limit is tried again later in the
    /// round: each try leaves more of a large folder in the server's cache. Until then the size
    /// stays what it was; after ten tries, or another error, it is not known.
    void saw(std::uint32_t oid, const Result<double>& bytes);
    [[nodiscard]] Samples samples() const;

  private:
    Duration interval_;
    bool met_ = false;  ///< since the databases were last told
    std::map<std::uint32_t, std::string> names_;
    std::vector<std::uint32_t> left_;     ///< still to visit in this round, the last one next
    std::map<std::uint32_t, int> tries_;  ///< in this round
    std::optional<Clock::time_point> began_;
    std::map<std::uint32_t, double> bytes_;  ///< those that are known, all of them in names_
};

extern const Collector kDatabaseSizes;

}  // namespace erp::postgres
