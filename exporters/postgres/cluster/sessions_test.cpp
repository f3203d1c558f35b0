#include "exporters/postgres/cluster/sessions.hpp"

#include "core/scrape/folding.hpp"
#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(std::string_view rows) {
    auto samples = sessions_samples(rows_of(rows), {});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("sessions: of a real server", "[postgres]") {
    const std::string shown = page(file_text("testdata/15/sessions.tsv"));
    CHECK(has_line(shown, R"(pg_sessions{datname="acme",state="idle",app="odoo"} 1)"));
    CHECK(has_line(shown, R"(pg_session_longest_seconds{datname="acme",kind="transaction"} )"
                          R"(14.629263)"));
    CHECK(has_line(
        shown,
        R"(pg_sessions_older_than{datname="acme",kind="idle_in_transaction",threshold="10s"} 1)"));
    CHECK(shown.find(R"(threshold="60s")") == std::string::npos);
}

TEST_CASE("sessions: NULL is no sample, and an unknown kind of row is left out", "[postgres]") {
    const std::string shown = page(
        "sessions\t\\N\t\\N\t\\N\t\\N\nlongest\tacme\tquery\t\\N\t\\N\n"
        "new\tacme\tx\ty\t1\n");
    CHECK(shown.find("acme") == std::string::npos);
}

TEST_CASE("sessions: names that clients mint become one", "[postgres]") {
    Samples samples;
    for (int i = 0; i < 100; ++i)
        samples.add(kSessions, 1, "acme", "idle", "app-" + std::to_string(i) + "x");
    samples.add(kSessions, 50, "acme", "idle", "odoo");
    samples.add(kSessionLongest, 7, "acme", "query");
    Folding folding(kSessionsCap);
    const auto folded = folding.fold(std::move(samples), Clock::time_point(std::chrono::hours(1)));
    CHECK(folded->size() == 32 + 1 + 1);
    double other = 0;
    double odoo = 0;
    for (const Samples::Point& point : folded->points()) {
        if (point.metric != &kSessions) continue;
        const std::string_view app = label_at(folded->labels(point), 2);
        if (app == "_other") other = point.value;
        if (app == "odoo") odoo = point.value;
    }
    CHECK(other == 69);
    CHECK(odoo == 50);
}

}  // namespace
}  // namespace erp::postgres
