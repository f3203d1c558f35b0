#include "exporters/postgres/cluster/locks.hpp"

#include <algorithm>
#include <array>

namespace erp::postgres {
namespace {

std::string statement(const ServerState& /*state*/) {
    return "SELECT d.datname, l.mode, l.count FROM pg_database d LEFT JOIN "
           "(SELECT database, lower(mode) AS mode, count(*) FROM pg_locks "
           "WHERE database IS NOT NULL GROUP BY 1, 2) l ON l.database = d.oid ORDER BY 1";
}

/// All modes of PostgreSQL 13 to 18, so that a first lock is a rise from 0.
constexpr std::array<std::string_view, 9> kModes{
    "accesssharelock", "rowsharelock",          "rowexclusivelock", "shareupdateexclusivelock",
    "sharelock",       "sharerowexclusivelock", "exclusivelock",    "accessexclusivelock",
    "sireadlock"};

}  // namespace

Result<Samples> locks_samples(const Rows& rows, const ServerState& state) {
    if (rows.columns() != 3) return Error{Phase::parse, "expected three columns"};
    Samples samples;
    for (int i = 0; i < rows.size();) {
        const std::string_view datname = rows.label(i, 0);
        std::array<double, kModes.size()> counts{};
        for (; i < rows.size() && rows.label(i, 0) == datname; ++i) {
            const auto mode = rows.text(i, 1);
            if (!mode) continue;
            const auto* known = std::ranges::find(kModes, *mode);
            const double count = rows.number(i, 2).value_or(0);
            if (known == kModes.end()) {
                samples.add(kLocksCount, count, datname, *mode);
            } else {
                counts[static_cast<std::size_t>(known - kModes.begin())] = count;
            }
        }
        for (std::size_t m = 0; m < kModes.size(); ++m) {
            if (counts[m] == 0 && !state.page.zero_fill) continue;
            samples.add(kLocksCount, counts[m], datname, kModes[m]);
        }
    }
    return samples;
}

const Collector kLocks{
    .row = {.name = "locks", .summary = "Locks by database and mode.", .metrics = kLocksMetrics},
    .statement = statement,
    .parse = locks_samples};

}  // namespace erp::postgres
