#include "exporters/postgres/cluster/long_running_transactions.hpp"

#include <array>

namespace erp::postgres {
namespace {

/// Seconds; those of the peer.
constexpr std::array<std::string_view, 4> kThresholds{"60", "300", "600", "1800"};

std::string statement(const ServerState& /*state*/) {
    std::string text = "SELECT count(*), max(age)";
    for (const std::string_view threshold : kThresholds)
        text.append(", count(*) FILTER (WHERE age >= ").append(threshold).append(")");
    text +=
        " FROM (SELECT extract(epoch FROM clock_timestamp() - xact_start)::float8 AS age "
        "FROM pg_stat_activity WHERE state IS DISTINCT FROM 'idle' AND xact_start IS NOT NULL "
        "AND backend_type <> 'autovacuum worker' AND pid <> pg_backend_pid()) a";
    return text;
}

constexpr int kFirst = 2;

}  // namespace

Result<Samples> long_running_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.size() != 1 || rows.columns() != kFirst + static_cast<int>(kThresholds.size())) {
        return Error{Phase::parse, "expected one row"};
    }
    Samples samples;
    const auto oldest = rows.number(0, 1);
    samples.add(kOpenTransactions, rows.number(0, 0));
    samples.add(kOldestAsTimestamp, oldest.value_or(0));
    samples.add(kOldestAge, oldest);
    int column = kFirst;
    for (const std::string_view threshold : kThresholds)
        samples.add(kTransactionsOlderThan, rows.number(0, column++), threshold);
    return samples;
}

const Collector kLongRunning{.row = {.name = "long_running_transactions",
                                     .summary = "Open transactions and their age.",
                                     .metrics = kLongRunningMetrics},
                             .needs_monitor = true,
                             .statement = statement,
                             .parse = long_running_samples};

}  // namespace erp::postgres
