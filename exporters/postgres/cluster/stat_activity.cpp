#include "exporters/postgres/cluster/stat_activity.hpp"

#include "exporters/postgres/cluster/application_name.hpp"

#include <algorithm>
#include <array>

namespace erp::postgres {
namespace {

std::string statement(const ServerState& state) {
    return "SELECT d.datname, a.state, a.usename, a.app, a.backend_type, a.wait_event_type, "
           "a.wait_event, a.count, a.age FROM pg_database d LEFT JOIN ("
           "SELECT datid, state, usename, " +
           std::string(application_name(state.page)) +
           " AS app, backend_type, wait_event_type, wait_event, count(*), "
           "max(extract(epoch FROM now() - xact_start))::float8 AS age FROM pg_stat_activity "
           "WHERE pid <> pg_backend_pid() AND state IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7"
           ") a ON a.datid = d.oid ORDER BY d.datname, 2, 3, 4, 5, 6, 7";
}

constexpr std::array<std::string_view, 6> kStates{"active",
                                                  "idle",
                                                  "idle in transaction",
                                                  "idle in transaction (aborted)",
                                                  "fastpath function call",
                                                  "disabled"};

void add(Samples& samples, std::span<const std::string_view> labels, double count, double age) {
    samples.add_row(kActivityCount, count, labels);
    samples.add_row(kActivityMaxTx, age, labels);
}

}  // namespace

Result<Samples> stat_activity_samples(const Rows& rows, const ServerState& state) {
    if (rows.columns() != 9) return Error{Phase::parse, "expected nine columns"};
    Samples samples;
    for (int i = 0; i < rows.size();) {
        const std::string_view datname = rows.label(i, 0);
        std::array<bool, kStates.size()> seen{};
        for (; i < rows.size() && rows.label(i, 0) == datname; ++i) {
            const auto session = rows.text(i, 1);
            if (!session) continue;
            const auto* known = std::ranges::find(kStates, *session);
            if (known != kStates.end())
                seen[static_cast<std::size_t>(known - kStates.begin())] = true;
            const double count = rows.number(i, 7).value_or(0);
            const double age = rows.number(i, 8).value_or(0);
            const std::string_view labels[] = {datname,          *session,         rows.label(i, 2),
                                               rows.label(i, 3), rows.label(i, 4), rows.label(i, 5),
                                               rows.label(i, 6)};
            add(samples, labels, count, age);
        }
        for (std::size_t s = 0; s < kStates.size(); ++s) {
            if (seen[s] || !state.page.zero_fill) continue;
            const std::string_view labels[] = {datname, kStates[s], "", "", "", "", ""};
            add(samples, labels, 0, 0);
        }
    }
    return samples;
}

const Collector kStatActivity{
    .row = {.name = "stat_activity",
            .summary = "Sessions by database, state, user, application and wait.",
            .metrics = kStatActivityMetrics,
            .cap = &kActivityCap},
    .needs_monitor = true,
    .statement = statement,
    .parse = stat_activity_samples};

}  // namespace erp::postgres
