#pragma once

#include "core/base/result.hpp"
#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/collection.hpp"
#include "core/scrape/collector.hpp"
#include "exporters/postgres/rows.hpp"

#include <string>
#include <string_view>

namespace erp::postgres {

/// What is known of the server when a batch is planned; it was read with the batch before.
struct ServerState {
    int version = 0;           ///< server_version_num, for example 150018
    bool may_monitor = false;  ///< our role has pg_monitor's rights
    std::string_view address;  ///< as configured, for pg_static{server}
};

/// A collector that asks the server one statement in the common batch, and the pure function of its
/// rows. Collectors that read a watcher have no statement.
struct Collector {
    CollectorRow row;
    /// Columns of other users are NULL without pg_monitor: then all of it is absent, not wrong.
    bool needs_monitor = false;
    std::string_view (*statement)(const ServerState& state) = nullptr;
    Result<Samples> (*parse)(const Rows& rows, const ServerState& state) = nullptr;
    /// Whether the reply lacks something that our role may not see although the rest is right.
    Unavailable (*hidden)(const Rows& rows) = nullptr;
};

/// A metric per database carries the tenant that the rules give its name.
constexpr Metric per_database(Metric metric) {
    metric.tenant_from = Dimension::database;
    metric.tenant_label = "datname";
    return metric;
}

}  // namespace erp::postgres
