#include "exporters/postgres/database_size.hpp"

namespace erp::postgres {

Samples database_size_samples(const DatabaseSizes& sizes) {
    Samples samples;
    for (const auto& [name, bytes] : sizes.bytes)
        samples.add(kDatabaseSize, bytes, name);
    return samples;
}

const Collector kDatabaseSizes{.row = {.name = "database_size",
                                       .summary = "Disk space of each database.",
                                       .interval = std::chrono::minutes(5),
                                       .metrics = kDatabaseSizeMetrics}};

}  // namespace erp::postgres
