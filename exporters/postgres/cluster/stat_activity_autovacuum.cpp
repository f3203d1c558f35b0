#include "exporters/postgres/cluster/stat_activity_autovacuum.hpp"

namespace erp::postgres {
namespace {

// The title of a worker is "autovacuum: VACUUM public.t". A client can send such a text, too: the
// peer makes labels of it. Namesakes in two databases make the peer's whole page fail.
std::string statement(const ServerState& /*state*/) {
    return "SELECT split_part(query, '.', 2), min(extract(epoch FROM xact_start))::float8 "
           "FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' "
           "AND query LIKE 'autovacuum:%' GROUP BY 1";
}

}  // namespace

Result<Samples> stat_activity_autovacuum_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.size() > 0 && rows.columns() != 2) return Error{Phase::parse, "expected two columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        samples.add(kAutovacuumStart, rows.number(i, 1), rows.label(i, 0));
    }
    return samples;
}

const Collector kStatActivityAutovacuum{.row = {.name = "stat_activity_autovacuum",
                                                .summary = "Tables that autovacuum works on.",
                                                .metrics = kAutovacuumMetrics},
                                        .needs_monitor = true,
                                        .statement = statement,
                                        .parse = stat_activity_autovacuum_samples};

}  // namespace erp::postgres
