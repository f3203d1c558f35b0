#include "exporters/postgres/cluster/checksums.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

TEST_CASE("checksums: a failure has a time, none has not, and shared catalogs have no name",
          "[postgres]") {
    auto samples = checksums_samples(recorded("15/checksums"), {});
    REQUIRE(samples.has_value());
    const std::string page = page_of(std::move(*samples));
    CHECK(has_line(page, R"(pg_database_checksum_failures_total{datname="acme"} 2)"));
    CHECK(has_line(page, R"(pg_database_checksum_failures_total{datname=""} 0)"));
    CHECK(has_line(page, R"(pg_database_checksum_last_failure_timestamp_seconds{datname="acme"} )"
                         R"(1795793000.5)"));
    CHECK(page.find(R"(last_failure_timestamp_seconds{datname="postgres"})") == std::string::npos);
}

}  // namespace
}  // namespace erp::postgres
