#pragma once

#include "core/metrics/native_histogram.hpp"
#include "core/metrics/snapshot.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <utility>

/// For tests of the writers: a page with each type and what is hard to write.
namespace erp::every_type {

inline constexpr Metric kCounter{.name = "erp_jobs_total",
                                 .type = Type::counter,
                                 .help = "Jobs that ran: a\\b \"quoted\"\nnext.",
                                 .labels = {"kind"}};
inline constexpr Metric kBusy{.name = "erp_busy_seconds_total",
                              .type = Type::counter,
                              .help = "Time that workers were busy.",
                              .unit = Unit::seconds};
inline constexpr Metric kForeignCounter{.name = "pg_stat_database_xact_commit",
                                        .type = Type::counter,
                                        .help = "Commits, under the name of a peer.",
                                        .labels = {"datname"},
                                        .naming = Naming::compatible};
/// A counter may not be these in OpenMetrics.
inline constexpr Metric kOddCounter{
    .name = "erp_odd_total", .type = Type::counter, .help = "No counter.", .labels = {"kind"}};
/// In OpenMetrics both would be one family.
inline constexpr Metric kTwin{.name = "erp_twin", .help = "A gauge beside a counter."};
inline constexpr Metric kTwinTotal{
    .name = "erp_twin_total", .type = Type::counter, .help = "A counter beside a gauge."};
inline constexpr Metric kGauge{.name = "erp_size_bytes",
                               .help = "Sizes that numbers can have.",
                               .labels = {"kind"},
                               .unit = Unit::bytes};
inline constexpr Metric kInfo{.name = "erp_build_info",
                              .type = Type::info,
                              .help = "What this is; always 1.",
                              .labels = {"version"}};
inline constexpr Metric kState{
    .name = "erp_role", .type = Type::stateset, .help = "Role of the server.", .labels = {"role"}};
inline constexpr Metric kUntyped{.name = "pg_settings_x",
                                 .type = Type::untyped,
                                 .help = "A peer's value without a type.",
                                 .naming = Naming::compatible};
inline constexpr Metric kHistogram{.name = "erp_wait_seconds",
                                   .type = Type::histogram,
                                   .help = "Time waited.",
                                   .labels = {"kind"},
                                   .unit = Unit::seconds};
inline constexpr Metric kSummary{.name = "erp_reply_seconds",
                                 .type = Type::summary,
                                 .help = "Time to the reply.",
                                 .unit = Unit::seconds};
inline constexpr Metric kForeignSummary{.name = "redis_latency_percentiles_usec",
                                        .type = Type::summary,
                                        .help = "Percentiles as the server names them.",
                                        .labels = {"cmd"},
                                        .naming = Naming::compatible};

inline Samples samples() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    Samples s;
    s.count_since(1700000000.25);
    s.add(kCounter, 3, "plain");
    s.add_exemplars({{{{"trace_id", "4bf92f3577b34da6"}}, 1, 1700000123.4567}});
    s.add(kCounter, 9007199254740993.0, "a\"b\\c\nd \xc3\xa9\xe2\x82\xac");
    s.add(kBusy, 0.1 + 0.2);
    s.add(kForeignCounter, 7, "acme");
    s.add(kOddCounter, std::nan(""), "nan");
    s.add(kOddCounter, -1, "negative");
    s.add(kTwin, 1);
    s.add(kTwinTotal, 2);
    s.add(kGauge, std::nan(""), "nan");
    s.add(kGauge, kInfinity, "infinite");
    s.add(kGauge, -kInfinity, "minus infinite");
    s.add(kGauge, -0.0, "minus zero");
    s.add(kGauge, 1.7976931348623157e308, "greatest");
    s.add(kGauge, 5e-324, "least");
    s.add(kGauge, 0.30000000000000004, "17 digits");
    s.add(kInfo, 1, "1.0");
    s.add(kState, 1, "primary");
    s.add(kState, 0, "standby");
    s.add(kUntyped, 5);
    NativeHistogram native;
    for (const double wait : {0.0, 0.004, 0.3, 0.31, 0.9, 20.0})
        native.observe(wait);
    Distribution wait{{{0.005, 2}, {0.5, 4}, {1, 5}}, 21.514, 6};
    wait.native = std::make_shared<const NativeBuckets>(native.buckets());
    const std::string_view interactive[] = {"interactive"};
    s.add_distribution(kHistogram, std::move(wait), interactive);
    s.add_exemplars({{{{"trace_id", "old"}}, 0.3, 1700000001},
                     {{{"trace_id", "new"}}, 0.31, 1700000002},
                     {{{"trace_id", "slow"}}, 20, 0}});
    s.add_distribution(kSummary, {{{0.5, 0.2}, {0.99, 1}}, 12.5, 40}, {});
    const std::string_view get[] = {"get"};
    s.add_distribution(kForeignSummary, {{{50, 1.003}, {99.9, 8}}, 12, 6}, get);
    return s;
}

inline Snapshot snapshot(bool native_histograms = true) {
    auto tenancy = std::make_shared<const Tenancy>();
    Source source;
    source.parts.push_back({std::make_shared<const Samples>(samples()), false});
    source.labels = {{"target", "main"}};
    source.tenant = "acme";
    source.native_histograms = native_histograms;
    // The tenant's name is a view into what the source keeps alive: here, a literal.
    std::vector<MergedSource> merged;
    merged.push_back(merge(std::move(source), *tenancy, {}));
    return {std::move(merged), std::move(tenancy), SIZE_MAX};
}

}  // namespace erp::every_type
