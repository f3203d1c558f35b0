#pragma once

#include "core/base/result.hpp"
#include "core/metrics/rules.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/collection.hpp"
#include "core/scrape/collector.hpp"
#include "exporters/postgres/client/rows.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace erp::postgres {

class Watcher;

/// How a target's page differs from what the newest postgres_exporter writes, by its options.
struct PageOptions {
    bool zero_fill = true;      ///< a series for each lock mode and session state of each database
    bool old_names = false;     ///< also under names that postgres_exporter has given up
    bool server_label = false;  ///< a label server="host:port", as postgres_exporter 0.11 to 0.19
    bool raw_application_names = false;  ///< with the numbers at their ends
    /// The server runs on this host, in our namespaces: processes and file systems may be looked
    /// at.
    bool local = false;
};

/// What is known of the server when a batch is planned; it was read with the batch before, and with
/// the first reply of the batch when rows are parsed.
struct ServerState {
    int version = 0;                ///< server_version_num, for example 150018
    bool may_monitor = false;       ///< our role has pg_read_all_stats, as members of pg_monitor do
    bool standby = false;           ///< pg_is_in_recovery()
    bool pooled = false;            ///< see Session::pooled()
    bool may_read_control = false;  ///< managed services keep the control file to themselves
    bool may_list_files = false;    ///< and the folders of WAL and of its archive
    std::string_view address = {};  ///< host:port, for pg_static{server}
    PageOptions page = {};
    /// Of our database, each with its schema as an identifier in SQL; up to a minute old.
    std::map<std::string, std::string, std::less<>> extensions = {};
};

/// A collector asks the server one statement in the common batch, of whose rows it is a pure
/// function; or it shows what a watcher has seen.
struct Collector {
    CollectorRow row;
    /// Columns of other users are NULL without pg_read_all_stats: then all of it is absent, not
    /// wrong.
    bool needs_monitor = false;
    bool needs_files = false;    ///< lists folders, which fails where our role may not
    bool needs_control = false;  ///< reads the control file
    /// Reads what the statistics collector of a server before 15 writes, which may hang.
    bool reads_statistics = false;
    bool needs_local = false;  ///< looks at this host: disabled unless the server runs here
    /// Empty text: this server has nothing of the kind, which is reported as unsupported.
    std::string (*statement)(const ServerState& state) = nullptr;
    Result<Samples> (*parse)(const Rows& rows, const ServerState& state) = nullptr;
    /// Whether the reply lacks something that our role may not see although the rest is right.
    Unavailable (*hidden)(const Rows& rows) = nullptr;
    /// Instead of the three above.
    std::unique_ptr<Watcher> (*watch)(Duration interval) = nullptr;
};

/// SQL of may_read_control and may_list_files. A function that we may not call fails its statement
/// even where it is not reached, and the server logs that.
inline constexpr std::string_view kMayReadControl =
    "has_function_privilege('pg_control_system()', 'EXECUTE') "
    "AND has_function_privilege('pg_control_checkpoint()', 'EXECUTE') "
    "AND has_function_privilege('pg_control_recovery()', 'EXECUTE')";
inline constexpr std::string_view kMayListFiles =
    "has_function_privilege('pg_ls_waldir()', 'EXECUTE') "
    "AND has_function_privilege('pg_ls_archive_statusdir()', 'EXECUTE')";

/// SQL of the cluster's identity as text.
inline std::string_view identity_sql(const ServerState& state) {
    return state.may_read_control ? "(SELECT system_identifier::text FROM pg_control_system())"
                                  : "NULL::text";
}

/// Families under the peers' name.
constexpr Metric peer_gauge(std::string_view name,
                            std::string_view help,
                            std::string_view source,
                            LabelKeys labels = {}) {
    return {.name = name,
            .help = help,
            .labels = labels,
            .source = source,
            .naming = Naming::compatible};
}
constexpr Metric peer_counter(std::string_view name,
                              std::string_view help,
                              std::string_view source) {
    Metric metric = peer_gauge(name, help, source);
    metric.type = Type::counter;
    return metric;
}

/// A metric per database carries the tenant that the rules give its name.
constexpr Metric per_database(Metric metric) {
    metric.tenant_from = Dimension::database;
    metric.tenant_label = "datname";
    return metric;
}

}  // namespace erp::postgres
