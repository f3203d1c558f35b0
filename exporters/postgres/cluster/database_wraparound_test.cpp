#include "exporters/postgres/cluster/database_wraparound.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(const std::string& folder, int version) {
    auto samples = database_wraparound_samples(recorded(folder + "/database_wraparound"),
                                               {.version = version});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("database_wraparound: the peers' names and the right ones", "[postgres]") {
    const std::string text = page("15", 150018);
    CHECK(has_line(text, R"(pg_database_xid_age_transactions{datname="acme"} 21)"));
    CHECK(has_line(text, R"(pg_database_multixact_age{datname="acme"} 0)"));
    CHECK(has_line(text, R"(pg_database_wraparound_age_datfrozenxid_seconds{datname="acme"} 21)"));
    CHECK(has_line(text, R"(pg_database_wraparound_age_datminmxid_seconds{datname="acme"} 0)"));
    // Nobody can connect to it, so the peer leaves it out; it ages all the same.
    CHECK(has_line(text, R"(pg_database_xid_age_transactions{datname="template0"} 21)"));
    CHECK(text.find(R"(datfrozenxid_seconds{datname="template0"})") == std::string::npos);
}

TEST_CASE("database_wraparound: the limits are those of the version", "[postgres]") {
    const std::string newer = page("15", 150018);
    CHECK(has_line(newer, R"(pg_wraparound_limit_transactions{kind="freeze_max_age"} 200000000)"));
    CHECK(has_line(newer, R"(pg_wraparound_limit_transactions{kind="failsafe_age"} 1600000000)"));
    CHECK(has_line(newer, R"(pg_wraparound_limit_transactions{kind="hard"} 2144483647)"));
    const std::string oldest = page("13", 130023);
    CHECK(oldest.find("failsafe_age\"}") == std::string::npos);
    CHECK(has_line(oldest, R"(pg_wraparound_limit_transactions{kind="hard"} 2146483647)"));
}

}  // namespace
}  // namespace erp::postgres
