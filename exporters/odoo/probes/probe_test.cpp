#include "exporters/odoo/probes/probe.hpp"

#include "exporters/odoo/log/route.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

constexpr const char* kPass = R"({"status": "pass"})";

ProbeVerdict judged(Probe probe, unsigned status, std::string body, std::string cookies = {}) {
    return judge(probe, HttpReply{status, std::move(cookies), std::move(body)});
}

TEST_CASE("probe: what each asks for is no user's request in Odoo's log", "[odoo][probes]") {
    const std::string file = "/web/static/src/img/favicon.ico";
    for (const std::string& told : {std::string(), file}) {
        for (const Probe probe : {Probe::web, Probe::gevent, Probe::db_server}) {
            CAPTURE(to_string(probe), told);
            CHECK(route_of(probe_target(probe, told)) == Route::health);
        }
    }
    CHECK(probe_target(Probe::web, "") == "/web/health");
    CHECK(probe_target(Probe::web, file) == file + "?erp_exporter_probe");
    CHECK(probe_target(Probe::web, file + "?v=1") == file + "?v=1");
    CHECK(probe_target(Probe::gevent, "/longpolling/health") == "/longpolling/health");
    CHECK(probe_target(Probe::db_server, file) == "/web/health?db_server_status=1");
}

TEST_CASE("probe: an answer is good, bad or says that there is nothing to ask", "[odoo][probes]") {
    CHECK(judged(Probe::web, 200, kPass).result == ProbeResult::ok);
    CHECK(judged(Probe::web, 200, "an icon").result == ProbeResult::ok);
    CHECK(judged(Probe::web, 200, kPass, "frontend_lang=en_US\n").result == ProbeResult::ok);
    CHECK(judged(Probe::db_server, 200, R"({"status": "pass", "db_server_status": true})").result ==
          ProbeResult::ok);

    const auto fail =
        judged(Probe::db_server, 500, R"({"status": "fail", "db_server_status": false})");
    CHECK(fail.result == ProbeResult::failed);
    CHECK(fail.reason == "the answer's status is 500");
    CHECK_FALSE(fail.unsupported);
    CHECK(judged(Probe::web, 303, "").result == ProbeResult::failed);

    CHECK(judged(Probe::web, 404, "<html>").unsupported);
    CHECK(judged(Probe::web, 200, kPass, "a=1\nsession_id=1f; Path=/\n").unsupported);
    CHECK(judged(Probe::web, 200, kPass, "session_id=1f\n").unsupported);
    CHECK(judged(Probe::db_server, 200, kPass).unsupported);
    const auto missing = judged(Probe::web, 404, "<html>", "session_id=1f\n");
    CHECK(missing.unsupported);
    CHECK(missing.session == BegunSession::of_error);
    const auto error = judged(Probe::web, 500, "<html>", "session_id=1f\n");
    CHECK_FALSE(error.unsupported);
    CHECK(error.session == BegunSession::of_error);
}

TEST_CASE("probe: an answer that is cut off begins a session all the same, or fails",
          "[odoo][probes]") {
    HttpReply reply{.status = 200, .cookies = "", .body = "", .cut = Error{Phase::timeout, "x"}};
    CHECK(judge(Probe::web, reply).result == ProbeResult::timeout);
    reply.cookies = "session_id=1f\n";
    CHECK(judge(Probe::web, reply).session == BegunSession::of_page);
    reply = {.status = 200, .cookies = "", .body = "", .cut = Error{Phase::limit, "x"}};
    CHECK(judge(Probe::web, reply).result == ProbeResult::ok);
    reply.status = 500;
    CHECK(judge(Probe::web, reply).result == ProbeResult::failed);
}

TEST_CASE("probe: failures are told by who is at fault", "[odoo][probes]") {
    const auto result_of = [](Phase phase) { return judge(Probe::web, Error{phase, "x"}).result; };
    CHECK(result_of(Phase::refused) == ProbeResult::refused);
    CHECK(result_of(Phase::timeout) == ProbeResult::timeout);
    CHECK(result_of(Phase::closed) == ProbeResult::failed);
    CHECK(result_of(Phase::protocol) == ProbeResult::failed);
}

TEST_CASE("probe: versions without the page are known", "[odoo][probes]") {
    CHECK(missing_in(Probe::web, "14.0-20210101") == "Odoo 14 has no such page, version 15 has");
    CHECK(missing_in(Probe::web, "15.0").empty());
    CHECK(missing_in(Probe::gevent, "saas~13.5").starts_with("Odoo 13 "));
    CHECK(missing_in(Probe::db_server, "16.0+e").starts_with("Odoo 16 "));
    CHECK(missing_in(Probe::db_server, "17.0-20240924").empty());
    CHECK(missing_in(Probe::web, "").empty());
    CHECK(missing_in(Probe::web, "master").empty());
}

}  // namespace
}  // namespace erp::odoo
