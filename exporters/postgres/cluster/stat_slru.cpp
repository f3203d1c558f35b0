#include "exporters/postgres/cluster/stat_slru.hpp"

#include <iterator>

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT name, blks_zeroed, blks_hit, blks_read, blks_written, blks_exists, flushes, "
           "truncates FROM pg_stat_slru ORDER BY name";
}

}  // namespace

Result<Samples> stat_slru_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 1 + static_cast<int>(std::size(kStatSlruMetrics))) {
        return Error{Phase::parse, "expected eight columns"};
    }
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view labels[] = {rows.label(i, 0)};
        int column = 1;
        for (const Metric* metric : kStatSlruMetrics) {
            if (const auto value = rows.number(i, column++)) {
                samples.add_row(*metric, *value, labels);
            }
        }
    }
    return samples;
}

const Collector kStatSlru{
    .row = {.name = "stat_slru",
            .summary = "The small caches of transaction states, subtransactions and the like.",
            .metrics = kStatSlruMetrics},
    .reads_statistics = true,
    .statement = statement,
    .parse = stat_slru_samples};

}  // namespace erp::postgres
