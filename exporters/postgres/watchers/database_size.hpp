#pragma once

#include "exporters/postgres/watchers/watcher.hpp"

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

/// What the watcher has seen, by database. Immutable once published.
struct DatabaseSizes {
    std::map<std::string, double> bytes;
};
[[nodiscard]] Samples database_size_samples(const DatabaseSizes& sizes);

/// One database a statement, named by its parameter: the function walks a directory, and fails when
/// the database is dropped meanwhile, which must cost nobody else.
inline constexpr std::string_view kSizeStatement = "SELECT pg_database_size($1::text::name)";

/// Which database is to be visited next, and what the visits have shown. A round over all databases
/// begins every `interval`. One thread.
class SizeWalk {
  public:
    explicit SizeWalk(Duration interval) : interval_(interval) {}

    /// All databases of the server; those that are gone are forgotten.
    void set_databases(std::vector<std::string> names);
    /// Whether next() has something to give.
    [[nodiscard]] bool due(Clock::time_point now) const;
    [[nodiscard]] std::optional<std::string> next(Clock::time_point now);
    /// The outcome of a visit. A statement that ran into its limit is tried again later in the
    /// round: each try leaves more of a large folder in the server's cache. Until then the size
    /// stays what it was; after ten tries, or another error, it is not known.
    void saw(const std::string& datname, const Result<double>& bytes);
    [[nodiscard]] const DatabaseSizes& sizes() const { return sizes_; }

  private:
    Duration interval_;
    std::vector<std::string> names_;
    std::vector<std::string> left_;     ///< still to visit in this round, the last one next
    std::map<std::string, int> tries_;  ///< in this round
    std::optional<Clock::time_point> began_;
    DatabaseSizes sizes_;
};

extern const Collector kDatabaseSizes;

}  // namespace erp::postgres
