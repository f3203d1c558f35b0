#include "core/metrics/samples.hpp"

#include "core/metrics/rules.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp {
namespace {

constexpr Metric kLocks{.name = "pg_locks_count",
                        .help = "Number of locks held or awaited.",
                        .labels = {"datname", "mode"},
                        .source = "pg_locks",
                        .naming = Naming::compatible,
                        .tenant_from = Dimension::database,
                        .tenant_label = "datname"};
constexpr Metric kUp{.name = "pg_up", .help = "Whether the last round trip succeeded."};
constexpr const Metric* kTable[] = {&kLocks, &kUp};
static_assert(broken_rule(kTable) == Rule::none);

constexpr Metric kNoTotal{
    .name = "pg_scrapes", .type = Type::counter, .help = "Counts the scrapes of it."};
constexpr const Metric* kBroken[] = {&kNoTotal};
static_assert(broken_rule(kBroken) == Rule::counter_ends_in_total);
constexpr const Metric* kTwice[] = {&kUp, &kUp};
static_assert(broken_rule(kTwice) == Rule::duplicate_name);

TEST_CASE("samples: a point keeps the label values in the order of the keys", "[metrics]") {
    Samples samples;
    const std::string datname = "acme";
    samples.add(kLocks, 3, datname, "rowsharelock");
    samples.add(kUp, 1);
    REQUIRE(samples.size() == 2);
    const auto labels = samples.labels(samples.points()[0]);
    CHECK(label_at(labels, 0) == "acme");
    CHECK(label_at(labels, 1) == "rowsharelock");
    CHECK(samples.labels(samples.points()[1]).empty());
}

TEST_CASE("samples: bytes that no label may hold are replaced, not passed on", "[metrics]") {
    Samples samples;
    samples.add(kLocks, 1, std::string_view("a\0b", 3), "x\xFFy\nz");
    const auto labels = samples.labels(samples.points()[0]);
    CHECK(label_at(labels, 0) ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK(label_at(labels, 1) == "x\xEF\xBF\xBDy\nz");
}

TEST_CASE("samples: a NULL value gives no sample", "[metrics]") {
    Samples samples;
    samples.add(kUp, std::optional<double>());
    CHECK(samples.empty());
}

TEST_CASE("samples: run-time families obey the pattern and its cap", "[metrics]") {
    static constexpr MetricPattern kPattern{.prefix = "pg_settings_",
                                            .help = "A numeric setting.",
                                            .source = "pg_settings",
                                            .most_families = 2};
    Samples samples;
    CHECK(samples.add_runtime(kPattern, "pg_settings_a", "A.", 1));
    CHECK_FALSE(samples.add_runtime(kPattern, "pg_other_b", "B.", 1));
    CHECK_FALSE(samples.add_runtime(kPattern, "pg_settings_b-c", "B.", 1));
    CHECK(samples.add_runtime(kPattern, "pg_settings_b", "B.", 1));
    CHECK_FALSE(samples.add_runtime(kPattern, "pg_settings_c", "C.", 1));
    CHECK(samples.refused() == 3);
    CHECK(samples.points()[1].metric->name == "pg_settings_b");
}

}  // namespace
}  // namespace erp
