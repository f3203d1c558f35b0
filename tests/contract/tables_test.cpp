// Rules over all tables together: what static_assert cannot see, because each exporter compiles
// alone.
#include "core/metrics/rules.hpp"
#include "core/scrape/exporter.hpp"
#include "core/scrape/self_metrics.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace erp {
namespace {

std::vector<const Metric*> all_metrics() {
    std::vector<const Metric*> all(std::begin(self::kMetrics), std::end(self::kMetrics));
    for (const Exporter* exporter : all_exporters()) {
        all.insert(all.end(), exporter->metrics.begin(), exporter->metrics.end());
        for (const CollectorRow* row : exporter->collectors) {
            all.insert(all.end(), row->metrics.begin(), row->metrics.end());
        }
    }
    return all;
}

TEST_CASE("tables: every metric of every exporter keeps the rules, and no name is used twice",
          "[contract]") {
    // A row of core (metrics/change.hpp) may be several exporters'.
    std::map<std::string_view, const Metric*> names;
    for (const Metric* metric : all_metrics()) {
        CAPTURE(metric->name);
        CHECK(rules::one(*metric) == Rule::none);
        CHECK(names.emplace(metric->name, metric).first->second == metric);
    }
}

TEST_CASE("tables: a distribution's lines collide with no other name", "[contract]") {
    std::set<std::string> names;
    for (const Metric* metric : all_metrics())
        names.emplace(metric->name);
    for (const Metric* metric : all_metrics()) {
        if (metric->type != Type::histogram && metric->type != Type::summary) continue;
        for (const char* suffix : {"_bucket", "_sum", "_count"}) {
            CHECK(names.count(std::string(metric->name) + suffix) == 0);
        }
    }
}

TEST_CASE("tables: no declared name starts like a run-time family", "[contract]") {
    for (const Exporter* exporter : all_exporters()) {
        for (const CollectorRow* row : exporter->collectors) {
            for (const MetricPattern* pattern : row->patterns) {
                for (const Metric* metric : all_metrics()) {
                    // Families of the same exporter may share a prefix; add_runtime() cannot make
                    // them, and a page refuses a namesake. Other exporters' names must be out of
                    // reach.
                    if (metric->name.starts_with(pattern->prefix)) {
                        CAPTURE(pattern->prefix, metric->name);
                        CHECK(metric->source == pattern->source);
                    }
                }
            }
        }
    }
}

TEST_CASE("tables: each collector says what it is and emits something", "[contract]") {
    for (const Exporter* exporter : all_exporters()) {
        CAPTURE(exporter->name);
        CHECK(exporter->configure != nullptr);
        CHECK(rules::is_sentence(exporter->summary));
        CHECK(exporter->collectors.size() <= kMostCollectors);
        std::set<std::string_view> names;
        for (const CollectorRow* row : exporter->collectors) {
            CAPTURE(row->name);
            CHECK(rules::legal_name(row->name, Naming::standard));
            CHECK(rules::is_sentence(row->summary));
            CHECK(names.insert(row->name).second);
            CHECK((!row->metrics.empty() || !row->patterns.empty()));
        }
        for (const Option* option : exporter->options) {
            CAPTURE(option->key);
            CHECK(rules::is_sentence(option->help));
        }
    }
}

void check_cap(const CollectorRow& row, const Cap& cap) {
    CAPTURE(row.name, cap.weight->name);
    CHECK(cap.most > 0);
    CHECK(row.patterns.empty());  // folded samples do not own run-time families
    REQUIRE(std::ranges::find(row.metrics, cap.weight) != row.metrics.end());
    REQUIRE(cap.labels.size() > 0);
    for (const std::string_view label : cap.labels) {
        CHECK(cap.weight->labels.find(label) < cap.weight->labels.size());
    }
    if (!cap.within.empty()) {
        CHECK(cap.weight->labels.find(cap.within) < cap.weight->labels.size());
    }
}

TEST_CASE("tables: a cap names labels and a weight of its own collector", "[contract]") {
    for (const Exporter* exporter : all_exporters()) {
        for (const CollectorRow* row : exporter->collectors) {
            for (const Cap* cap = row->cap; cap != nullptr; cap = cap->also)
                check_cap(*row, *cap);
        }
    }
}

TEST_CASE("tables: without a configuration servers are looked for where Debian lets them listen",
          "[contract]") {
    std::map<std::string_view, std::set<std::string_view>> found;
    for (const Exporter* exporter : all_exporters()) {
        for (const Place& place : exporter->places)
            found[exporter->name].insert(place.socket.empty() ? place.address : place.socket);
    }
    CHECK(found["postgres"] ==
          std::set<std::string_view>{"/var/run/postgresql/.s.PGSQL.*", "127.0.0.1:5432"});
    CHECK(found["redis"] ==
          std::set<std::string_view>{"127.0.0.1:6379", "/run/redis/redis-server.sock",
                                     "/run/redis/redis.sock", "/run/valkey/valkey-server.sock"});
    CHECK(found.size() == 2);
}

TEST_CASE("tables: rows that stay on the page of a dead target are few and its own", "[contract]") {
    for (const Exporter* exporter : all_exporters()) {
        for (const Metric* metric : exporter->metrics) {
            CAPTURE(metric->name);
            CHECK(metric->shown == Shown::always);
        }
        for (const CollectorRow* row : exporter->collectors) {
            for (const Metric* metric : row->metrics) {
                CAPTURE(metric->name);
                CHECK(metric->shown == Shown::while_up);
            }
        }
    }
}

}  // namespace
}  // namespace erp
