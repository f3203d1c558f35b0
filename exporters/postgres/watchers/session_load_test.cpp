#include "exporters/postgres/watchers/session_load.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

const Clock::time_point kStart{1h};

std::vector<ActiveSessions> sample(std::string_view rows) {
    auto sessions = to_active_sessions(rows_of(rows));
    REQUIRE(sessions.has_value());
    return *sessions;
}

TEST_CASE("session load: the types of wait events have ten classes", "[postgres]") {
    const auto name = [](std::optional<std::string_view> type) {
        return kWaitClasses[wait_class(type)];
    };
    CHECK(name(std::nullopt) == "cpu");
    CHECK(name("LWLock") == "lwlock");
    CHECK(name("Lock") == "lock");
    CHECK(name("IO") == "io");
    CHECK(name("IPC") == "ipc");
    CHECK(name("BufferPin") == "bufferpin");
    CHECK(name("Activity") == "other");
    CHECK(name("InjectionPoint") == "other");
}

TEST_CASE("session load: each active session counts the time since the sample before",
          "[postgres]") {
    SessionLoad load;
    load.add(sample("acme\t\\N\t2\n"), kStart, 3s);  // nothing is known of the time before it
    CHECK(load.samples().empty());
    load.add(sample("acme\t\\N\t2\nacme\tLock\t5\n"), kStart + 1s, 3s);
    load.add(sample("acme\t\\N\t1\n"), kStart + 2s, 3s);
    load.add(sample("acme\t\\N\t1\n"), kStart + 60s, 3s);  // a gap is no load
    const std::string page = page_of(load.samples());
    CHECK(has_line(page, R"(pg_session_active_seconds_total{datname="acme",wait_class="cpu"} 6)"));
    CHECK(has_line(page, R"(pg_session_active_seconds_total{datname="acme",wait_class="lock"} 5)"));
    CHECK(page.find("lwlock") == std::string::npos);
}

TEST_CASE("session load: a dropped database is forgotten, one that is idle is not", "[postgres]") {
    SessionLoad load;
    load.add(sample("acme\t\\N\t1\nglobex\t\\N\t1\n"), kStart, 3s);
    load.add(sample("acme\t\\N\t1\nglobex\t\\N\t1\n"), kStart + 1s, 3s);
    load.know_databases({{2, "globex"}, {3, "postgres"}});
    const std::string page = page_of(load.samples());
    CHECK(page.find("acme") == std::string::npos);
    CHECK(page.find("globex") != std::string::npos);
}

TEST_CASE("session load: of a real server", "[postgres]") {
    const auto sessions = sample(file_text("testdata/15/active_sessions.tsv"));
    REQUIRE(sessions.size() == 1);
    CHECK(sessions[0].datname == "globex");
    CHECK(kWaitClasses[sessions[0].wait_class] == "timeout");
    CHECK(to_active_sessions(rows_of("x")).has_error());
}

}  // namespace
}  // namespace erp::postgres
