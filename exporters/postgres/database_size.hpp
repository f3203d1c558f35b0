#pragma once

#include "exporters/postgres/collector.hpp"

#include <map>
#include <string>

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

extern const Collector kDatabaseSizes;

}  // namespace erp::postgres
