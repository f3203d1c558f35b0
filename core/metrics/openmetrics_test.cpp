#include "core/metrics/every_type.hpp"
#include "core/metrics/exposition.hpp"
#include "core/metrics/line_writer.hpp"

#include <catch2/catch.hpp>

namespace erp {
namespace {

/// Whether these lines stand on the page, together.
bool shows(std::string_view page, std::string_view lines) {
    return ("\n" + std::string(page)).find("\n" + std::string(lines) + "\n") != std::string::npos;
}

TEST_CASE("openmetrics: each type is written by its rules, or as what it is not known to be",
          "[metrics]") {
    const std::string page = write_openmetrics(every_type::snapshot());
    // Counters lose _total in the family's name alone, and keep it where the rest is taken.
    CHECK(shows(page,
                R"(# HELP erp_jobs Jobs that ran: a\\b \"quoted\"\nnext.
# TYPE erp_jobs counter
erp_jobs_total{target="main",tenant="acme",kind="a\"b\\c\nd é€"} 9007199254740992
erp_jobs_total{target="main",tenant="acme",kind="plain"} 3 # {trace_id="4bf92f3577b34da6"} 1 1700000123.457)"));
    CHECK(shows(page, "# TYPE erp_busy_seconds counter\n# UNIT erp_busy_seconds seconds"));
    CHECK(shows(page, "# TYPE erp_twin_total unknown"));
    CHECK(shows(page, "# TYPE pg_stat_database_xact_commit unknown"));
    CHECK(shows(page, "# TYPE erp_odd_total unknown"));
    CHECK(shows(page, "# TYPE erp_build info"));
    CHECK(shows(page, R"(erp_build_info{target="main",tenant="acme",version="1.0"} 1)"));
    CHECK(shows(page, "# TYPE erp_role gauge"));
    // An exemplar stands at the bucket of its value, the newest one.
    CHECK(shows(
        page,
        R"(erp_wait_seconds_bucket{target="main",tenant="acme",kind="interactive",le="0.5"} 4 # {trace_id="new"} 0.31 1700000002
erp_wait_seconds_bucket{target="main",tenant="acme",kind="interactive",le="1.0"} 5
erp_wait_seconds_bucket{target="main",tenant="acme",kind="interactive",le="+Inf"} 6 # {trace_id="slow"} 20)"));
    // A peer's percentiles keep their words.
    CHECK(shows(page,
                R"(# TYPE redis_latency_percentiles_usec unknown
redis_latency_percentiles_usec{target="main",tenant="acme",cmd="get",quantile="50"} 1.003)"));
    CHECK(page.ends_with("\n# EOF\n"));
}

TEST_CASE("openmetrics: an empty page is complete", "[metrics]") {
    CHECK(write_openmetrics(Snapshot({}, std::make_shared<const Tenancy>(), 10)) == "# EOF\n");
}

TEST_CASE("exemplar: more text than allowed or an illegal key leaves it out", "[metrics]") {
    Samples samples;
    samples.add(every_type::kTwin, 1);
    samples.add_exemplars({{{{"trace_id", std::string(120, 'x')}}, 1, 0},
                           {{{"trace_id", std::string(121, 'x')}}, 2, 0},
                           {{{"trace id", "x"}}, 3, 0},
                           {{{"trace_id", "a\xff\n"}}, 4, 0}});
    const auto kept = samples.exemplars(samples.points()[0]);
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].value == 1);
    CHECK(kept[1].value == 4);
}

TEST_CASE("bounds: they are printed as the peers print them", "[metrics]") {
    const auto& [bound, plain, pointed] = GENERATE(
        table<double, std::string, std::string>({{0.005, "0.005", "0.005"},
                                                 {1, "1", "1.0"},
                                                 {0, "0", "0.0"},
                                                 {99.9, "99.9", "99.9"},
                                                 {100000, "100000", "100000.0"},
                                                 {999999.5, "999999.5", "999999.5"},
                                                 {1e6, "1e+06", "1e+06"},
                                                 {123456789, "1.23456789e+08", "1.23456789e+08"},
                                                 {0.0001, "0.0001", "0.0001"},
                                                 {0.00001, "1e-05", "1e-05"},
                                                 {-2.5, "-2.5", "-2.5"},
                                                 {INFINITY, "+Inf", "+Inf"}}));
    CHECK(bound_text(bound, false) == plain);
    CHECK(bound_text(bound, true) == pointed);
}

}  // namespace
}  // namespace erp
