#include "exporters/postgres/cluster/stat_bgwriter.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/cluster/stat_checkpointer.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(const std::string& name, const Collector& collector) {
    auto samples = collector.parse(recorded(name), {.version = 180000});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("stat_bgwriter: the names of version 16 have values on 18, too", "[postgres]") {
    for (const std::string version : {"15", "18"}) {
        CAPTURE(version);
        const std::string text = page(version + "/stat_bgwriter", kStatBgwriter);
        for (const Metric* metric : kStatBgwriterMetrics) {
            CAPTURE(metric->name);
            CHECK(text.find('\n' + std::string(metric->name) + ' ') != std::string::npos);
        }
        CHECK(has_line(text, "pg_stat_bgwriter_checkpoints_req_total 2"));
    }
    const std::string newest = page("18/stat_bgwriter", kStatBgwriter);
    CHECK(has_line(newest, "pg_stat_bgwriter_checkpoint_write_time_total 44"));
    CHECK(has_line(newest, "pg_stat_bgwriter_buffers_checkpoint_total 3160"));
    CHECK(has_line(newest, "pg_stat_bgwriter_buffers_alloc_total 5961"));
}

TEST_CASE("stat_bgwriter: each version is asked for what it has", "[postgres]") {
    const auto text = [](int version) { return kStatBgwriter.statement({.version = version}); };
    CHECK(text(160000).find("pg_stat_io") == std::string::npos);
    CHECK(text(170000).find("write_bytes") == std::string::npos);
    CHECK(text(180000).find("write_bytes") != std::string::npos);
    CHECK(kStatCheckpointer.statement({.version = 160000}).empty());
    CHECK(!kStatCheckpointer.statement({.version = 170000}).empty());
}

TEST_CASE("stat_checkpointer: restartpoints are no checkpoints", "[postgres]") {
    const std::string text = page("18/stat_checkpointer", kStatCheckpointer);
    CHECK(has_line(text, "pg_stat_checkpointer_num_requested_total 2"));
    CHECK(has_line(text, "pg_stat_checkpointer_restartpoints_req_total 0"));
    CHECK(has_line(text, "pg_stat_checkpointer_write_time_total 44"));
    CHECK(has_line(text, "pg_stat_checkpointer_buffers_written_total 3160"));
}

}  // namespace
}  // namespace erp::postgres
