#include "exporters/traefik/traffic/reading.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>

namespace erp::traefik {
namespace {

TEST_CASE("access log: every entry counts once, by tenant, class and cause", "[traefik]") {
    Reading reading;
    reading.read("3.7.15/access.json.log");
    CHECK(reading.results == std::map<LineResult, int>{{LineResult::ok, 202}});
    CHECK(reading.sum(kTotal) == 202);
    CHECK(reading.sum("traefik_accesslog_outcomes_total") == 202);
    CHECK(reading.sum(kTotal, {{"tenant", "globex"}}) == 22);
    CHECK(reading.sum(kTotal, {{"code", "0"}}) == 5);
    CHECK(reading.sum("traefik_accesslog_outcomes_total", {{"cause", "upgraded"}}) == 5);
    CHECK(reading.sum("traefik_accesslog_outcomes_total", {{"cause", "rate_limited"}}) == 4);
    // Not those of a router whose children did not match.
    CHECK(
        reading.sum("traefik_accesslog_unmatched_requests_total") ==
        reading.sum("traefik_accesslog_outcomes_total", {{"cause", "no_router"}, {"router", ""}}));
    CHECK(reading.sum("traefik_accesslog_unmatched_requests_total", {{"probe", "dotfile"}}) == 1);
    CHECK(reading.sum("traefik_accesslog_outcomes_total",
                      {{"cause", "no_router"}, {"fault", "ingress"}}) == 0);
    CHECK(reading.sum("traefik_accesslog_connection_duration_seconds") +
              reading.sum("traefik_accesslog_request_duration_seconds") <=
          202);
    CHECK(reading.sum("traefik_accesslog_slow_requests_total", {{"tenant", "acme"}}) > 0);
    CHECK(reading.sum("traefik_accesslog_slow_requests_total") ==
          reading.sum("traefik_accesslog_slow_requests_total",
                      {{"tenant", "acme"}, {"class", "interactive"}}));
    CHECK(reading.sum("traefik_accesslog_missing_requests_total") == 0);
    CHECK(reading.sum("traefik_accesslog_class_info") == kMostClasses + 1);
    CHECK(reading.sum("traefik_accesslog_class_info", {{"class", "health"}, {"slo", "false"}}) ==
          1);
    CHECK(reading.sum("traefik_accesslog_class_info", {{"latency", "connection"}}) == 2);
}

TEST_CASE("access log: lines that are there twice count once", "[traefik]") {
    Reading reading;
    reading.read("3.7.15/access.json.log");
    reading.restart();
    reading.read("3.7.15/access.json.log");
    CHECK(reading.results[LineResult::duplicate] == 202);
    CHECK(reading.sum(kTotal) == 202);
    // Another proxy's log of the same pattern has its own numbers.
    reading.read("3.7.15/access.default.json.log", "other.log");
    CHECK(reading.sum(kTotal) > 300);
    CHECK(reading.results[LineResult::duplicate] == 202);
    CHECK(reading.sum("traefik_accesslog_request_number_resets_total") == 0);
}

TEST_CASE("access log: a new tenant gets what comes from now on", "[traefik]") {
    Reading reading;
    reading.tenancy->set(std::make_shared<const Tenancy>());
    reading.read("3.7.15/access.json.log");
    CHECK(reading.sum(kTotal, {{"tenant", "acme"}}) == 0);
    reading.tenancy->set(tenants(std::chrono::milliseconds(1))->get());
    reading.publish();
    reading.read("3.7.15/access.default.json.log", "other.log");
    CHECK(reading.sum(kTotal, {{"tenant", "acme"}}) > 50);
    CHECK(reading.sum(kTotal, {{"tenant", "_unknown"}}) > 202);
}

TEST_CASE("access log: what nobody's rule attributes is the target's own tenant's", "[traefik]") {
    Reading reading({"globex", false, false, false});
    reading.read("3.7.15/access.json.log");
    CHECK(reading.sum(kTotal, {{"tenant", "_unknown"}}) == 0);
    CHECK(reading.sum(kTotal, {{"tenant", "globex"}}) > 22);
    CHECK(reading.sum("traefik_accesslog_unmatched_requests_total",
                      {{"host_kind", "known_tenant"}}) == 1);
}

TEST_CASE("access log: Traefik's own lines are foreign, damaged ones malformed, for a reason",
          "[traefik]") {
    Reading reading;
    reading.read("3.7.15/stdout.mixed.json.log");
    CHECK(reading.results[LineResult::foreign] > 0);
    CHECK(reading.results[LineResult::ok] > 0);
    CHECK(reading.results[LineResult::malformed] == 0);
    reading.read("3.7.15/access.enospc.json.log", "full.log");
    CHECK(reading.results[LineResult::malformed] == 1);
    CHECK(reading.sum("traefik_accesslog_parse_errors_total") == 1);
}

TEST_CASE("access log: the paths asked for most are templates, and with the rest they are all",
          "[traefik]") {
    Reading reading({{}, false, true, false});
    for (int i = 0; i < 12; ++i)
        reading.read("3.7.15/access.json.log", "log" + std::to_string(i));
    constexpr std::string_view kPaths = "traefik_accesslog_top_path_requests_total";
    CHECK(reading.sum(kPaths, {{"tenant", "acme"}, {"path", "/web/login"}}) > 0);
    CHECK(reading.sum(kPaths) > 1000);
    const Samples all = reading.samples();
    for (const auto& point : all.points()) {
        if (point.metric->name != kPaths) continue;
        CHECK(label_at(all.labels(point), 1).find("hunter2") == std::string_view::npos);
    }
}

TEST_CASE("access log: each metric of each collector appears", "[traefik]") {
    Reading reading({{}, true, true, false});
    reading.read("3.7.15/access.json.log");
    reading.take(knock("198.51.100.7", ""));
    std::set<std::string_view> seen;
    const Samples all = reading.samples();
    for (const auto& point : all.points())
        seen.insert(point.metric->name);
    for (const Collector* collector : collectors()) {
        for (const Metric* metric : collector->row.metrics) {
            CAPTURE(metric->name);
            CHECK(seen.contains(metric->name));
        }
    }
}

TEST_CASE("access log: a clock that is wrong does not date the last request", "[traefik]") {
    constexpr std::string_view kLast = "traefik_accesslog_last_request_timestamp_seconds";
    constexpr std::string_view kSuccess = "traefik_accesslog_server_last_success_timestamp_seconds";
    const auto at = [](const std::string& start, int number) {
        return R"({"DownstreamStatus":200,"Duration":1000,"OriginDuration":900,)"
               R"("OriginStatus":200,"RequestCount":)" +
               std::to_string(number) +
               R"(,"RequestPath":"/web","RouterName":"odoo-acme@file","ServiceName":"s",)"
               R"("ServiceAddr":"10.0.0.1:8069","StartUTC":")" +
               start + "\"}";
    };
    Reading reading;
    REQUIRE(reading.take(at("2026-11-22T03:53:30Z", 1)) == LineResult::ok);
    const double last = reading.sum(kLast);
    CHECK(last > 1.7e9);
    REQUIRE(reading.take(at("2099-01-01T00:00:00Z", 2)) == LineResult::ok);
    CHECK(reading.sum(kLast) == last);
    CHECK(reading.sum(kSuccess) == last);
    CHECK(reading.sum(kTotal) == 2);
    CHECK(reading.take(at("2099-01-01T00:00:00Z", 2)) == LineResult::duplicate);
    REQUIRE(reading.take(at("2026-11-22T03:53:31Z", 3)) == LineResult::ok);
    CHECK(reading.sum(kLast) == last + 1);
    REQUIRE(reading.take(at(utc_now(), 4)) == LineResult::ok);
    CHECK(reading.sum(kLast) > last + 1);
}

TEST_CASE("access log: what CLF has no duration of is no latency", "[traefik]") {
    constexpr std::string_view kDurations = "traefik_accesslog_request_duration_seconds";
    Reading reading;
    reading.read("3.7.15/access.clf-dropped.log");
    CHECK(reading.sum(kTotal) == 34);
    CHECK(reading.sum(kDurations) == 0);
    reading.restart();
    reading.read("3.7.15/access.clf-default.log", "other.log");
    CHECK(reading.sum(kDurations) > 20);
}

TEST_CASE("access log: an answer that broke is told without the server's status", "[traefik]") {
    Reading reading;
    REQUIRE(reading.take(R"({"DownstreamStatus":200,"DownstreamContentSize":4000,)"
                         R"("Duration":12000000,"OriginDuration":0,"Overhead":12000000,)"
                         R"("RouterName":"odoo-acme@file","ServiceName":"odoo-acme@file"})") ==
            LineResult::ok);
    CHECK(reading.sum("traefik_accesslog_outcomes_total",
                      {{"cause", "abort_midstream"}, {"fault", "unknown"}}) == 1);
}

TEST_CASE("access log: who knocks in vain is counted by networks, and by a restart too",
          "[traefik]") {
    constexpr std::string_view kEstimate = "traefik_accesslog_unmatched_clients_estimate";
    Reading reading;
    for (int i = 0; i < 40; ++i)
        REQUIRE(reading.take(knock("198.51.100." + std::to_string(i % 20), "")) == LineResult::ok);
    REQUIRE(reading.take(knock("203.0.113.5", "odoo-acme@file")) == LineResult::ok);
    REQUIRE(reading.take(knock("no address", "")) == LineResult::ok);
    CHECK(reading.sum(kEstimate, {{"entrypoint", "web"}}) == 20);
    reading.restart();
    CHECK(reading.sum(kEstimate) == 20);
    REQUIRE(reading.take(knock("2001:db8::1", "")) == LineResult::ok);
    CHECK(reading.sum(kEstimate) == 21);
}

}  // namespace
}  // namespace erp::traefik
