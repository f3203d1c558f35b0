#include "exporters/redis/collectors.hpp"

namespace erp::redis {
namespace {

constexpr Metric kErrors{.name = "redis_errors_total",
                         .type = Type::counter,
                         .help = "Error replies by their first word; beyond 64 words together.",
                         .labels = {"err"},
                         .source = "errorstat_*:count",
                         .naming = Naming::compatible};
constexpr const Metric* kMetrics[] = {&kErrors};
static_assert(broken_rule(kMetrics) == Rule::none);

/// Scripts can mint error names, so the set must be bounded here where the server does not.
constexpr std::size_t kMostErrors = 64;
constexpr std::string_view kPrefix = "errorstat_";

Result<Samples> parse(const Info& info) {
    Samples samples;
    std::size_t seen = 0;
    double rest = 0;
    for (const auto& [field, list] : info.lines()) {
        if (!field.starts_with(kPrefix)) continue;
        const auto count = number_item(list, "count");
        if (!count) continue;
        if (++seen > kMostErrors) {
            rest += *count;
        } else {
            samples.add(kErrors, *count, field.substr(kPrefix.size()));
        }
    }
    if (seen > kMostErrors) samples.add(kErrors, rest, "_other");
    return samples;
}

}  // namespace

constinit const Collector kErrorReplies{
    .row = {.name = "errors", .summary = "Error replies by kind.", .metrics = kMetrics},
    .parse = parse};

}  // namespace erp::redis
