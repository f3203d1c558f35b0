#include "core/metrics/page_families.hpp"
#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/counts/server_log.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace erp::odoo {
namespace {

constexpr std::string_view kAttacked =
    "2026-11-27 11:00:00,000 21 INFO acme odoo.addons.base.models.res_users: "
    "Login failed for db:acme login:x from 192.0.2.1 ";

/// What the collectors of the log show after these lines of a log in which only acme is known.
std::string page_after(const std::vector<std::string_view>& lines) {
    auto current = std::make_shared<CurrentTenancy>();
    current->set(std::make_shared<const Tenancy>(
        std::vector<Tenant>{{.name = "acme"}},
        std::vector<TenantRule>{{Dimension::database, "acme", "acme"}}));
    ServerLog log(LogFormat::detect, "", current, std::chrono::nanoseconds());
    for (const std::string_view line : lines) {
        std::string padded(line);
        padded.append(64, '\0');  // LineSplitter::kPadding
        (void)log.take(
            {"odoo", "odoo.log", std::string_view(padded).substr(0, line.size()), "", ""});
    }
    log.prepare().publish();
    View view;
    view.log = log.counts();
    Samples samples;
    for (const Collector* const collector :
         {&kErrors, &kLogins, &kWorkerLog, &kRequests, &kRecords})
        collector->add(view, samples);
    return "\n" + page_of(std::move(samples));
}

TEST_CASE("odoo: what alerts count is 0 before it happens for the first time", "[odoo][log]") {
    const std::string quiet = page_after({});
    for (const char* line : {R"(odoo_log_worker_exits_total{type="http",reason="timeout"} 0)",
                             R"(odoo_log_worker_exits_total{type="unknown",reason="cpu"} 0)",
                             R"(odoo_log_worker_exits_total{type="cron",reason="crash"} 0)",
                             R"(odoo_http_requests_killed_total{reason="timeout"} 0)",
                             R"(odoo_log_suspicious_records_total{reason="pid"} 0)",
                             R"(odoo_log_events_total{datname="",event="pool_full"} 0)"})
        CHECK(has_line(quiet, line));
    CHECK(quiet.find("datname=\"\"") == quiet.rfind("datname="));

    const std::string named = page_after({kAttacked});
    for (
        const char* line :
        {R"(odoo_logins_total{datname="acme",result="failed"} 1)",
         R"(odoo_logins_total{datname="acme",result="success"} 0)",
         R"(odoo_logins_total{datname="acme",result="cooldown"} 0)",
         R"(odoo_log_events_total{datname="acme",event="cron_deactivated"} 0)",
         R"(odoo_log_events_total{datname="acme",event="pool_full"} 0)",
         R"(odoo_log_events_total{datname="acme",event="filestore_missing"} 0)",
         R"(odoo_rpc_errors_total{datname="acme",kind="error"} 0)",
         R"(odoo_sql_retries_total{datname="acme",code="deadlock_detected",result="exhausted"} 0)"})
        CHECK(has_line(named, line));
}

TEST_CASE("odoo: names that clients make up get no series of 0", "[odoo][log]") {
    const std::string page =
        page_after({"2026-11-27 11:00:00,000 21 INFO nobody odoo.addons.base.models.res_users: "
                    "Login failed for db:nobody login:x from 192.0.2.1 "});
    CHECK(has_line(page, R"(odoo_logins_total{datname="_unknown",result="failed"} 1)"));
    CHECK(page.find(R"(odoo_logins_total{datname="_unknown",result="success"})") ==
          std::string::npos);
    CHECK(page.find(R"(datname="_unknown",event="pool_full")") == std::string::npos);
}

}  // namespace
}  // namespace erp::odoo
