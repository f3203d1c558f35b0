#include "exporters/postgres/cluster/archiver.hpp"

#include <iterator>
#include <string>
#include <string_view>

namespace erp::postgres {
namespace {

// The folder has two files for each file of WAL that is kept, at most. A standby archives only
// where archive_mode is always: what a demoted primary had left to do, the new one does.
std::string statement(const ServerState& state) {
    const std::string_view waiting = state.may_list_files
                                         ? "(SELECT count(*) FROM pg_ls_archive_statusdir() "
                                           "WHERE name LIKE '%.ready')"
                                         : "NULL::bigint";
    return "SELECT CASE WHEN m THEN " + std::string(waiting) +
           " END, "
           "extract(epoch FROM last_archived_time)::float8, "
           "extract(epoch FROM last_failed_time)::float8, "
           "CASE WHEN m THEN coalesce(last_failed_time > "
           "coalesce(last_archived_time, '-infinity'), false)::int END "
           "FROM pg_stat_archiver, (SELECT current_setting('archive_mode') = 'always' "
           "OR current_setting('archive_mode') = 'on' AND NOT pg_is_in_recovery() AS m) s";
}

/// A server that archives has files to count.
Unavailable hidden(const Rows& rows) {
    const bool archives = rows.number(0, 3).has_value();
    return archives && !rows.number(0, 0) ? Unavailable::privilege : Unavailable::no;
}

}  // namespace

Result<Samples> archiver_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.size() != 1 || rows.columns() != static_cast<int>(std::size(kArchiverMetrics))) {
        return Error{Phase::parse, "expected one row"};
    }
    Samples samples;
    int column = 0;
    for (const Metric* metric : kArchiverMetrics) {
        if (const auto value = rows.number(0, column++)) samples.add_row(*metric, *value, {});
    }
    return samples;
}

const Collector kArchiver{.row = {.name = "archiver",
                                  .summary = "What waits to be archived, and whether that works.",
                                  .metrics = kArchiverMetrics},
                          .reads_statistics = true,
                          .statement = statement,
                          .parse = archiver_samples,
                          .hidden = hidden};

}  // namespace erp::postgres
