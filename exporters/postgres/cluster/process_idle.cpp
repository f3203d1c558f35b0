#include "exporters/postgres/cluster/process_idle.hpp"

#include "core/base/other_label.hpp"
#include "exporters/postgres/cluster/application_name.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace erp::postgres {
namespace {

/// The peer's buckets in seconds.
constexpr std::array<int, 9> kBounds{1, 2, 5, 15, 30, 60, 90, 120, 300};
/// Who connects chooses his application's name. A histogram can be folded here, where all of it is
/// at hand, and not by the frame.
constexpr std::size_t kMostApplications = 100;

// The peer reads only the first of the rows.
std::string statement(const ServerState& state) {
    std::string text = "SELECT state, app, count(*), sum(age)";
    for (const int bound : kBounds)
        text.append(", count(*) FILTER (WHERE age <= ").append(std::to_string(bound)).append(")");
    text.append(" FROM (SELECT state, ").append(application_name(state.page));
    text +=
        " AS app, greatest(0, extract(epoch FROM now() - state_change))::float8 AS age "
        "FROM pg_stat_activity WHERE state LIKE 'idle%') a GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2";
    return text;
}

constexpr int kFirst = 4;

/// Adds the sessions of one row.
void add(const Rows& rows, int row, Distribution& into) {
    const std::int64_t sessions = to_int(rows.label(row, 2)).value_or(0);
    into.count += static_cast<std::uint64_t>(std::max<std::int64_t>(sessions, 0));
    into.sum += rows.number(row, 3).value_or(0);
    into.steps.resize(kBounds.size());
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
        into.steps[i].bound = kBounds[i];
        into.steps[i].value += rows.number(row, kFirst + static_cast<int>(i)).value_or(0);
    }
}

}  // namespace

Result<Samples> process_idle_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.size() > 0 && rows.columns() != kFirst + static_cast<int>(kBounds.size())) {
        return Error{Phase::parse, "unexpected number of columns"};
    }
    std::set<std::string_view> applications;
    std::map<std::pair<std::string_view, std::string_view>, Distribution> idle;
    for (int i = 0; i < rows.size(); ++i) {
        std::string_view application = rows.label(i, 1);
        if (applications.size() < kMostApplications) applications.insert(application);
        if (!applications.contains(application)) application = kOtherLabel;
        add(rows, i, idle[{rows.label(i, 0), application}]);
    }
    Samples samples;
    for (auto& [key, distribution] : idle) {
        const std::string_view labels[] = {key.first, key.second};
        samples.add_distribution(kProcessIdle, std::move(distribution), labels);
    }
    return samples;
}

const Collector kProcessIdleCollector{.row = {.name = "process_idle",
                                              .summary = "How long idle sessions have been so.",
                                              .metrics = kProcessIdleMetrics},
                                      .needs_monitor = true,
                                      .statement = statement,
                                      .parse = process_idle_samples};

}  // namespace erp::postgres
