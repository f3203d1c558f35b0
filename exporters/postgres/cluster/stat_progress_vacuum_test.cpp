#include "exporters/postgres/cluster/stat_progress_vacuum.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(const std::string& version) {
    auto samples = stat_progress_vacuum_samples(recorded(version + "/stat_progress_vacuum"), {});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("stat_progress_vacuum: one of the phases is the one, tables have names where known",
          "[postgres]") {
    const std::string text = page("18");
    CHECK(has_line(text, R"(pg_stat_progress_vacuum_phase{datname="acme",relname="16390",)"
                         R"(phase="scanning heap"} 1)"));
    CHECK(has_line(text, R"(pg_stat_progress_vacuum_phase{datname="acme",relname="16390",)"
                         R"(phase="vacuuming heap"} 0)"));
    CHECK(has_line(
        text, R"(pg_stat_progress_vacuum_heap_blks{datname="postgres",relname="pg_proc"} 102)"));
}

TEST_CASE("stat_progress_vacuum: rows are rows and bytes are bytes", "[postgres]") {
    const std::string table = R"({datname="acme",relname="16390"} )";
    const std::string newest = page("18");
    CHECK(has_line(newest, "pg_stat_progress_vacuum_num_dead_tuples" + table + "646"));
    CHECK(has_line(newest, "pg_stat_progress_vacuum_dead_tuple_bytes" + table + "40960"));
    CHECK(has_line(newest, "pg_stat_progress_vacuum_max_dead_tuple_bytes" + table + "67108864"));
    CHECK(newest.find("max_dead_tuples") == std::string::npos);
    const std::string older = page("15");
    CHECK(has_line(older, R"(pg_stat_progress_vacuum_max_dead_tuples{datname="acme",)"
                          R"(relname="16389"} 342507)"));
    CHECK(older.find("tuple_bytes") == std::string::npos);
}

TEST_CASE("stat_progress_vacuum: without a vacuum there is nothing", "[postgres]") {
    CHECK(stat_progress_vacuum_samples(rows_of(""), {})->empty());
}

}  // namespace
}  // namespace erp::postgres
