#include "exporters/postgres/watchers/changes.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/watchers/lifecycle.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

void saw(Changes& changes, std::string_view row, double at) {
    auto look = to_look(rows_of(row));
    REQUIRE(look.has_value());
    changes.saw(std::move(*look), at);
}

TEST_CASE("changes: the first look is no change, a change counts once", "[postgres]") {
    Changes changes;
    saw(changes, "1\t10\t2\t5 1 1,7 1 1\t\\N\ts/t", 100);
    std::string page = page_of(changes.samples());
    CHECK(has_line(page, "pg_settings_changes_total 0"));
    CHECK(has_line(page, "pg_roles_superusers 2"));
    CHECK(page.find("last_change") == std::string::npos);
    saw(changes, "2\t10\t2\t5 1 1,7 1 1\t\\N\ts/t", 160);
    saw(changes, "2\t11\t3\t5 1 1,7 1 1\t\\N\ts/t", 220);
    page = page_of(changes.samples());
    CHECK(has_line(page, "pg_settings_changes_total 1"));
    CHECK(has_line(page, "pg_settings_last_change_timestamp_seconds 160"));
    CHECK(has_line(page, "pg_roles_changes_total 1"));
    CHECK(has_line(page, "pg_roles_superusers 3"));
}

TEST_CASE("changes: who sees more or another server has seen no change", "[postgres]") {
    Changes changes;
    saw(changes, "1\t10\t2\t5 1 1,7 1 1\t\\N\ts/f", 100);
    saw(changes, "2\t10\t2\t5 1 1,7 1 1\t\\N\ts/t", 160);
    saw(changes, "3\t12\t2\t5 1 1,7 1 1\t\\N\tz/t", 220);
    const std::string page = page_of(changes.samples());
    CHECK(has_line(page, "pg_settings_changes_total 0"));
    CHECK(has_line(page, "pg_roles_changes_total 0"));
    CHECK(to_look(rows_of("x")).has_error());
}

TEST_CASE("changes: what our role gets of its own is a role's change, not the server's",
          "[postgres]") {
    Changes changes;
    saw(changes, "1\t10\t2\t5 1 1\t\\N\ts/t", 100);
    saw(changes, "2\t11\t2\t5 1 1\twork_mem\ts/t", 160);
    std::string page = page_of(changes.samples());
    CHECK(has_line(page, "pg_settings_changes_total 0"));
    CHECK(has_line(page, "pg_roles_changes_total 1"));
    saw(changes, "3\t11\t2\t5 1 1\twork_mem\ts/t", 220);
    page = page_of(changes.samples());
    CHECK(has_line(page, "pg_settings_changes_total 1"));
}

TEST_CASE("changes: rights and settings of a database count, its coming and going does not",
          "[postgres]") {
    Changes changes;
    saw(changes, "1\t10\t2\t5 1 1,7 1 1\t\\N\ts/t", 100);
    saw(changes, "1\t10\t2\t8 3 3,5 1 1\t\\N\ts/t", 160);
    std::string page = page_of(changes.samples());
    CHECK(has_line(page, "pg_settings_changes_total 0"));
    CHECK(has_line(page, "pg_roles_changes_total 0"));
    saw(changes, "1\t10\t2\t5 2 1,8 3 3\t\\N\ts/t", 220);
    page = page_of(changes.samples());
    CHECK(has_line(page, "pg_settings_changes_total 0"));
    CHECK(has_line(page, "pg_roles_changes_total 1"));
    saw(changes, "1\t10\t2\t5 2 1,8 3 4\t\\N\ts/t", 280);
    page = page_of(changes.samples());
    CHECK(has_line(page, "pg_settings_changes_total 1"));
    CHECK(has_line(page, "pg_roles_changes_total 1"));
}

void saw(Lifecycle& lifecycle, std::string_view row, double at) {
    auto look = to_lifecycle(rows_of(row));
    REQUIRE(look.has_value());
    lifecycle.saw(std::move(*look), at);
}

TEST_CASE("lifecycle: databases are counted by oid", "[postgres]") {
    Lifecycle lifecycle;
    saw(lifecycle, "5,1,4\tf\t77\t1\t50\t40", 100);
    CHECK(has_line(page_of(lifecycle.samples()), "pg_database_created_total 0"));
    saw(lifecycle, "1,16400,4,16401\tf\t77\t1\t50\t40", 110);
    const std::string page = page_of(lifecycle.samples());
    CHECK(has_line(page, "pg_database_created_total 2"));
    CHECK(has_line(page, "pg_database_dropped_total 1"));
    CHECK(page.find("erp_change") == std::string::npos);
    saw(lifecycle, "1\tf\t78\t1\t50\t40", 120);  // another cluster
    CHECK(has_line(page_of(lifecycle.samples()), "pg_database_dropped_total 1"));
}

TEST_CASE("lifecycle: a restart is when the server says it started", "[postgres]") {
    Lifecycle lifecycle;
    saw(lifecycle, "1\tf\t77\t1\t50\t40", 100);
    saw(lifecycle, "1\tf\t77\t1\t105.5\t40", 110);
    const std::string page = page_of(lifecycle.samples());
    CHECK(has_line(page, R"(erp_change_timestamp_seconds{kind="restart",datname=""} 105.5)"));
    CHECK(page.find("kind=\"failover\"") == std::string::npos);
}

TEST_CASE("lifecycle: a crash starts the server's processes anew, and is a restart", "[postgres]") {
    Lifecycle lifecycle;
    saw(lifecycle, "1\tf\t77\t1\t50\t51", 100);
    saw(lifecycle, "1\tf\t77\t1\t50\t\\N", 110);  // hidden, with a right that was taken away
    saw(lifecycle, "1\tf\t77\t1\t50\t51", 120);
    CHECK(page_of(lifecycle.samples()).find("erp_change") == std::string::npos);
    saw(lifecycle, "1\tf\t77\t1\t50\t125.5", 130);
    CHECK(has_line(page_of(lifecycle.samples()),
                   R"(erp_change_timestamp_seconds{kind="restart",datname=""} 125.5)"));
}

TEST_CASE("lifecycle: a standby that follows a new primary has not changed its role",
          "[postgres]") {
    Lifecycle lifecycle;
    saw(lifecycle, "1\tt\t77\t1\t50\t40", 100);
    saw(lifecycle, "1\tt\t77\t2\t50\t40", 110);
    const std::string page = page_of(lifecycle.samples());
    CHECK(has_line(page, R"(erp_change_timestamp_seconds{kind="timeline_switch",datname=""} 110)"));
    CHECK(page.find("kind=\"failover\"") == std::string::npos);
}

TEST_CASE("lifecycle: a promotion and another cluster are failovers", "[postgres]") {
    for (const std::string_view after :
         {"1\tf\t77\t1\t50\t40", "1\tt\t78\t1\t50\t40", "1\tf\t77\t2\t60\t40"}) {
        CAPTURE(after);
        Lifecycle lifecycle;
        saw(lifecycle, "1\tt\t77\t1\t50\t40", 100);
        saw(lifecycle, after, 110);
        const std::string page = page_of(lifecycle.samples());
        CHECK(has_line(page, R"(erp_change_timestamp_seconds{kind="failover",datname=""} 110)"));
        CHECK(page.find("kind=\"restart\"") == std::string::npos);
    }
}

TEST_CASE("lifecycle: what is not shown for a while has not changed", "[postgres]") {
    Lifecycle lifecycle;
    saw(lifecycle, "1\tt\t77\t1\t50\t40", 100);
    saw(lifecycle, "1\tt\t\\N\t\\N\t\\N\t40", 110);  // no receiver, no right
    saw(lifecycle, "1\tt\t77\t1\t50\t40", 120);
    CHECK(page_of(lifecycle.samples()).find("erp_change") == std::string::npos);
    saw(lifecycle, "1\tt\t\\N\t\\N\t50\t40", 130);
    saw(lifecycle, "1\tt\t77\t2\t50\t40", 140);
    CHECK(has_line(page_of(lifecycle.samples()),
                   R"(erp_change_timestamp_seconds{kind="timeline_switch",datname=""} 140)"));
    CHECK(to_lifecycle(rows_of("x")).has_error());
}

}  // namespace
}  // namespace erp::postgres
