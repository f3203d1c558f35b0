#include "core/scrape/live_tenancy.hpp"

#include "core/scrape/scraper_bench.hpp"
#include "core/scrape/self_metrics.hpp"

#include <string>
#include <utility>

namespace erp {
namespace {

using namespace scrape_test;

/// A rule for each database, and a tenant of each that exists.
std::shared_ptr<const Tenancy> automatic() {
    return std::make_shared<const Tenancy>(
        std::vector<Tenant>{}, std::vector<TenantRule>{{Dimension::database, "^(.+)$", "$1"}},
        Tenant{.objectives = {.rto = std::chrono::hours(4)}});
}

/// Shows a series of each of `seen` and names each of `own` as a database of its own.
auto databases(std::vector<std::string> seen, std::vector<std::string> own) {
    return [seen = std::move(seen), own = std::move(own)](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        for (const std::string& name : seen)
            samples.add(fake::kValue, 1, name);
        for (const std::string& name : own)
            samples.name_database(name, name == "postgres");
        c->succeed(fake::kValueAt, std::move(samples), {});
        c->finish();
    };
}

TEST_CASE(
    "live tenancy: a database that a target names makes a tenant for all targets, until it "
    "is gone",
    "[scrape]") {
    const auto main = script(databases({"acme", "postgres"}, {"acme", "postgres"}));
    const auto other = script(databases({"acme", "invented"}, {}));
    Bench bench({});
    bench.apply({fake::target("main", main), fake::target("other", other)}, automatic());
    std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_value{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(fake_value{target="other",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(fake_value{target="main",datname="postgres"} 1)"));
    CHECK(has(page, R"(fake_value{target="other",datname="invented"} 1)"));
    CHECK(has(page, R"(erp_tenant_info{tenant="acme",customer="",environment="",tier=""} 1)"));
    CHECK(has(page, R"(erp_tenant_database_info{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(page.find(R"(erp_tenant_database_info{target="other")") == std::string::npos);
    CHECK(has(page, R"(erp_objective_rto_seconds{tenant="acme"} 14400)"));
    CHECK(has(page, R"(erp_maintenance{tenant="acme"} 0)"));

    main->answer = databases({"globex"}, {"globex"});
    page = bench.page(bench.ask(1s));
    CHECK(page.find("tenant=\"acme\"") == std::string::npos);
    CHECK(has(page, R"(fake_value{target="main",tenant="globex",datname="globex"} 1)"));

    main->answer = [](const std::shared_ptr<Collection>& c) {
        c->fail_all({Phase::refused, "connection refused"});
    };
    other->answer = databases({"globex"}, {});
    page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_value{target="other",tenant="globex",datname="globex"} 1)"));
    CHECK(page.find("erp_tenant_database_info{") == std::string::npos);

    bench.apply({fake::target("other", other)}, automatic());
    CHECK(bench.page(bench.ask(1s)).find("tenant=\"globex\"") == std::string::npos);
}

TEST_CASE("live tenancy: a reload of the tenants keeps what is known of databases", "[scrape]") {
    const auto main = script(databases({"acme"}, {"acme"}));
    Bench bench({});
    bench.apply({fake::target("main", main)}, automatic());
    bench.page(bench.ask(1s));
    main->answer = nullptr;  // hangs from now on
    bench.apply({fake::target("main", main)}, automatic());
    CHECK(has(bench.page(bench.ask(10ms)),
              R"(erp_tenant_info{tenant="acme",customer="",environment="",tier=""} 1)"));
}

TEST_CASE("live tenancy: a target whose collector of databases is turned off knows none",
          "[scrape]") {
    const auto main = script(databases({"acme"}, {"acme"}));
    Bench bench({});
    ConfiguredTarget target = fake::target("main", main);
    bench.apply({target}, automatic());
    CHECK(bench.page(bench.ask(1s)).find("erp_tenant_info{") != std::string::npos);
    TargetConfig config = *target.config;
    config.collectors[fake::kValueAt].enabled = false;
    target.config = std::make_shared<const TargetConfig>(config);
    bench.apply({target}, automatic());
    CHECK(bench.page(bench.ask(1s)).find("erp_tenant_info{") == std::string::npos);
}

TEST_CASE("live tenancy: it is made again only when something has changed", "[scrape]") {
    Log log(LogLevel::error);
    LiveTenancy live(log, std::make_shared<CurrentTenancy>());
    live.configure(automatic());
    const auto list =
        std::make_shared<const std::vector<Database>>(std::vector<Database>{{"acme", false}});
    live.see({{"cache", nullptr}, {"main", list}});
    const auto first = live.now();
    CHECK(first->automatic_names().size() == 1);
    live.see({{"main", list}, {"cache", nullptr}});
    CHECK(live.now() == first);
    live.see({});
    CHECK(live.now()->automatic_names().empty());
    const auto plain = std::make_shared<const Tenancy>();
    live.configure(plain);
    live.see({{"main", list}});
    CHECK(live.now() == plain);
}

TEST_CASE("tenants: what is configured of them is shown, at the moment of the page", "[scrape]") {
    const auto begin = *to_moment("2026-12-01T22:00:00Z");
    Tenant acme{.name = "acme", .customer = "Acme Ltd"};
    acme.objectives.latency = {{"interactive", 1500ms}};
    acme.objectives.availability = 0.999;
    acme.objectives.workflow = {{"order_to_invoice", 1h}};
    acme.objectives.queue_age = {{"root", 10min}};
    acme.objectives.rpo = {{"database", 1h}};
    acme.objectives.rto = 4h;
    acme.maintenance.emplace_back(SingleWindow{begin, begin + 1h});
    const Tenancy tenancy({acme, {.name = "globex"}}, {});
    const auto page_at = [&](std::chrono::sys_seconds now) {
        Source source;
        Samples samples;
        self::add_tenants(samples, tenancy, now);
        source.parts.push_back({std::make_shared<const Samples>(std::move(samples)), false});
        std::vector<MergedSource> merged;
        merged.push_back(merge(std::move(source), Tenancy(), {}));
        return write(Snapshot(std::move(merged), std::make_shared<const Tenancy>(), SIZE_MAX),
                     Format::text);
    };
    const std::string page = page_at(begin);
    for (const char* line :
         {R"(erp_objective_latency_seconds{tenant="acme",class="interactive"} 1.5)",
          R"(erp_objective_availability_ratio{tenant="acme"} 0.999)",
          R"(erp_objective_workflow_seconds{tenant="acme",workflow="order_to_invoice"} 3600)",
          R"(erp_objective_queue_age_seconds{tenant="acme",channel="root"} 600)",
          R"(erp_objective_rpo_seconds{tenant="acme",kind="database"} 3600)",
          R"(erp_objective_rto_seconds{tenant="acme"} 14400)",
          R"(erp_maintenance{tenant="acme"} 1)", R"(erp_maintenance{tenant="globex"} 0)"}) {
        CAPTURE(line);
        CHECK(has(page, line));
    }
    CHECK(page.find("_seconds{tenant=\"globex\"") == std::string::npos);
    CHECK(has(page_at(begin + 1h), R"(erp_maintenance{tenant="acme"} 0)"));
}

TEST_CASE("scrape: what a target is for, and its replicas, are shown also while it is down",
          "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->fail_all({Phase::refused, "connection refused"});
    });
    ConfiguredTarget target = fake::target("main", s);
    TargetConfig config = *target.config;
    config.role = "sessions";
    config.expected_replicas = 2;
    target.config = std::make_shared<const TargetConfig>(config);
    Bench bench({target, fake::target("plain", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(erp_target_role_info{target="main",exporter="fake",role="sessions"} 1)"));
    CHECK(has(page, R"(erp_target_expected_replicas{target="main",exporter="fake"} 2)"));
    CHECK(page.find(R"(erp_target_role_info{target="plain")") == std::string::npos);
    CHECK(page.find(R"(erp_target_expected_replicas{target="plain")") == std::string::npos);
}

TEST_CASE(
    "live tenancy: readers know what exists on a target by its name, without automatic tenants",
    "[scrape]") {
    const auto main = script(databases({"acme"}, {"acme", "postgres"}));
    Bench bench({});
    bench.apply({fake::target("main", main)}, std::make_shared<const Tenancy>());
    CHECK(bench.tenancy().databases("main") == nullptr);
    (void)bench.page(bench.ask(1s));
    const DatabaseList known = bench.tenancy().databases("main");
    REQUIRE(known != nullptr);
    CHECK(*known ==
          std::vector<Database>{{.name = "acme"}, {.name = "postgres", .internal = true}});
    CHECK(bench.tenancy().databases("other") == nullptr);
}

}  // namespace
}  // namespace erp
