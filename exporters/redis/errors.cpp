#include "exporters/redis/collectors.hpp"

namespace erp::redis {
namespace {

constexpr Metric kErrors{.name = "redis_errors_total",
                         .type = Type::counter,
                         .help = "Error replies by their first word; beyond the cap together.",
                         .labels = {"err"},
                         .source = "errorstat_*:count",
                         .naming = Naming::compatible};
constexpr const Metric* kMetrics[] = {&kErrors};
static_assert(broken_rule(kMetrics) == Rule::none);

/// Scripts can mint error names, and not every version bounds their number.
constexpr Cap kCap{.most = 64, .weight = &kErrors, .labels = {"err"}};
constexpr std::string_view kPrefix = "errorstat_";

Result<Samples> parse(const Info& info) {
    Samples samples;
    samples.set_run(info.text("run_id").value_or(""));
    for (const auto& [field, list] : info.lines()) {
        if (!field.starts_with(kPrefix)) continue;
        samples.add(kErrors, number_item(list, "count"), field.substr(kPrefix.size()));
    }
    return samples;
}

}  // namespace

constinit const Collector kErrorReplies{.row = {.name = "errors",
                                                .summary = "Error replies by kind.",
                                                .metrics = kMetrics,
                                                .cap = &kCap},
                                        .parse = parse};

}  // namespace erp::redis
