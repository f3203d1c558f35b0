#include "exporters/postgres/cluster/stat_progress_vacuum.hpp"

#include <array>
#include <iterator>
#include <span>

namespace erp::postgres {
namespace {

constexpr std::string_view kColumns =
    "SELECT coalesce(datname, 'unknown'), CASE WHEN datname = current_database() "
    "THEN relid::regclass::text ELSE relid::text END, phase, heap_blks_total, heap_blks_scanned, "
    "heap_blks_vacuumed, index_vacuum_count, ";
// From 17 on the peer shows the bytes under the names of the rows.
constexpr std::string_view kBefore17 = "max_dead_tuples, num_dead_tuples, NULL, NULL";
constexpr std::string_view kFrom17 =
    "NULL, num_dead_item_ids, max_dead_tuple_bytes, dead_tuple_bytes";

std::string statement(const ServerState& state) {
    std::string text(kColumns);
    text += state.version < 170000 ? kBefore17 : kFrom17;
    text += " FROM pg_stat_progress_vacuum ORDER BY 1, 2";
    return text;
}

/// Of PostgreSQL 13 to 18.
constexpr std::array<std::string_view, 7> kPhases{
    "initializing",        "scanning heap",   "vacuuming indexes",       "vacuuming heap",
    "cleaning up indexes", "truncating heap", "performing final cleanup"};

constexpr int kFirst = 3;
constexpr auto kValues = std::span(kStatProgressVacuumMetrics).subspan(1);

}  // namespace

Result<Samples> stat_progress_vacuum_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.size() > 0 && rows.columns() != kFirst + static_cast<int>(kValues.size())) {
        return Error{Phase::parse, "unexpected number of columns"};
    }
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view labels[] = {rows.label(i, 0), rows.label(i, 1)};
        const auto current = rows.text(i, 2);
        for (const std::string_view phase : kPhases) {
            if (current)
                samples.add(kVacuumPhase, *current == phase ? 1 : 0, labels[0], labels[1], phase);
        }
        int column = kFirst;
        for (const Metric* metric : kValues) {
            if (const auto value = rows.number(i, column++))
                samples.add_row(*metric, *value, labels);
        }
    }
    return samples;
}

const Collector kStatProgressVacuum{.row = {.name = "stat_progress_vacuum",
                                            .summary = "How far each running vacuum is.",
                                            .metrics = kStatProgressVacuumMetrics},
                                    .needs_monitor = true,
                                    .statement = statement,
                                    .parse = stat_progress_vacuum_samples};

}  // namespace erp::postgres
