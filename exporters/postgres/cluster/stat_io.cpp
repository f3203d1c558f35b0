#include "exporters/postgres/cluster/stat_io.hpp"

#include <array>
#include <iterator>

namespace erp::postgres {
namespace {

constexpr int kLabels = 3;

// A cell is NULL where the kind of process does no such thing. Times that are not measured are 0 in
// the view, and only the superuser may turn that on for a session.
std::string statement(const ServerState& state) {
    if (state.version < 160000) return {};
    const bool has_bytes = state.version >= 180000;
    std::string text =
        "SELECT backend_type, object, context, reads, writes, extends, fsyncs, hits, evictions, "
        "reuses, writebacks, ";
    text += has_bytes ? "read_bytes, write_bytes, extend_bytes, "
                      : "reads * op_bytes, writes * op_bytes, extends * op_bytes, ";
    for (const std::string_view kind : {"read", "write", "extend", "fsync"}) {
        text.append("CASE WHEN timed THEN ").append(kind).append("_time / 1000 END, ");
    }
    text.resize(text.size() - 2);
    text +=
        " FROM (SELECT *, current_setting(CASE object WHEN 'wal' THEN 'track_wal_io_timing' "
        "ELSE 'track_io_timing' END)::bool AS timed FROM pg_stat_io) io "
        "ORDER BY backend_type, object, context LIMIT 200";
    return text;
}

}  // namespace

Result<Samples> stat_io_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != kLabels + static_cast<int>(std::size(kStatIoMetrics))) {
        return Error{Phase::parse, "expected eighteen columns"};
    }
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::array labels{rows.label(i, 0), rows.label(i, 1), rows.label(i, 2)};
        int column = kLabels;
        for (const Metric* metric : kStatIoMetrics) {
            if (const auto value = rows.number(i, column++)) {
                samples.add_row(*metric, *value, labels);
            }
        }
    }
    return samples;
}

const Collector kStatIo{.row = {.name = "stat_io",
                                .summary = "Reads and writes by kind of process and purpose.",
                                .metrics = kStatIoMetrics},
                        .statement = statement,
                        .parse = stat_io_samples};

}  // namespace erp::postgres
