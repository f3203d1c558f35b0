#include "exporters/postgres/cluster/prepared_transactions.hpp"

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT database, count(*), "
           "greatest(0, max(extract(epoch FROM now() - prepared)))::float8 "
           "FROM pg_prepared_xacts GROUP BY database";
}

}  // namespace

Result<Samples> prepared_transactions_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.columns() != 3) return Error{Phase::parse, "expected three columns"};
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        samples.add(kPrepared, rows.number(i, 1), rows.label(i, 0));
        samples.add(kPreparedOldest, rows.number(i, 2), rows.label(i, 0));
    }
    return samples;
}

const Collector kPreparedTransactions{
    .row = {.name = "prepared_transactions",
            .summary = "Transactions that wait for the second phase of their commit.",
            .metrics = kPreparedMetrics},
    .statement = statement,
    .parse = prepared_transactions_samples};

}  // namespace erp::postgres
