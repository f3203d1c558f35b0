#include "exporters/postgres/cluster/wal_generation.hpp"

#include <iterator>

namespace erp::postgres {
namespace {

std::string statement(const ServerState& state) {
    if (state.version >= 140000) {
        return "SELECT wal_bytes, wal_buffers_full, wal_fpi FROM pg_stat_wal";
    }
    return "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() - '0/0'::pg_lsn "
           "END, "
           "NULL, NULL";
}

}  // namespace

Result<Samples> wal_generation_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.size() != 1 || rows.columns() != static_cast<int>(std::size(kWalGenerationMetrics))) {
        return Error{Phase::parse, "expected one row"};
    }
    Samples samples;
    int column = 0;
    for (const Metric* metric : kWalGenerationMetrics) {
        if (const auto value = rows.number(0, column++)) samples.add_row(*metric, *value, {});
    }
    return samples;
}

const Collector kWalGeneration{.row = {.name = "wal_generation",
                                       .summary = "How much WAL the server generates.",
                                       .metrics = kWalGenerationMetrics},
                               .reads_statistics = true,
                               .statement = statement,
                               .parse = wal_generation_samples};

}  // namespace erp::postgres
