#include "exporters/postgres/cluster/process_idle.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/cluster/stat_activity.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(const Rows& rows) {
    auto samples = process_idle_samples(rows, {});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("process_idle: each state and application has its histogram", "[postgres]") {
    const std::string text = page(recorded("15/process_idle"));
    CHECK(has_line(
        text, R"(pg_process_idle_seconds_bucket{state="idle",application_name="odoo",le="2"} 0)"));
    CHECK(has_line(
        text, R"(pg_process_idle_seconds_bucket{state="idle",application_name="odoo",le="5"} 2)"));
    CHECK(has_line(
        text, R"(pg_process_idle_seconds_sum{state="idle",application_name="odoo"} 4.288406)"));
    CHECK(has_line(text, R"(pg_process_idle_seconds_count{state="idle in transaction",)"
                         R"(application_name="psql"} 1)"));
}

TEST_CASE("process_idle: what is beyond the cap is in one histogram", "[postgres]") {
    std::string text;
    for (int i = 0; i < 150; ++i) {
        text += "idle\tapp" + std::to_string(1000 + i) + "\t1\t2.5\t0\t0\t1\t1\t1\t1\t1\t1\t1\n";
    }
    const std::string shown = page(rows_of(text));
    CHECK(has_line(shown,
                   R"(pg_process_idle_seconds_count{state="idle",application_name="_other"} 50)"));
    CHECK(has_line(shown,
                   R"(pg_process_idle_seconds_sum{state="idle",application_name="_other"} 125)"));
    CHECK(has_line(shown,
                   R"(pg_process_idle_seconds_count{state="idle",application_name="app1099"} 1)"));
    CHECK(shown.find("app1100") == std::string::npos);
}

TEST_CASE("raw_application_names: numbers at the end are cut unless they are wanted",
          "[postgres]") {
    const ServerState cut;
    const ServerState raw{.page = {.raw_application_names = true}};
    for (const Collector* collector : {&kProcessIdleCollector, &kStatActivity}) {
        CHECK(collector->statement(cut).find("regexp_replace") != std::string::npos);
        CHECK(collector->statement(raw).find("regexp_replace") == std::string::npos);
    }
}

}  // namespace
}  // namespace erp::postgres
