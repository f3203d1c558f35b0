#include "core/scrape/scraper_bench.hpp"

#include <cmath>

namespace erp {
namespace {

using namespace scrape_test;

TEST_CASE("scrape: a page has the values, the tenant, and the self rows", "[scrape]") {
    const auto s = script(fake::answer_all);
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(s->started == 1);
    CHECK(has(page, R"(fake_value{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(fake_up{target="main"} 1)"));
    CHECK(has(page, R"(erp_exporter_target_up{target="main",exporter="fake"} 1)"));
    CHECK(has(page, R"(erp_exporter_collector_success{target="main",exporter="fake",)"
                    R"(collector="value"} 1)"));
    CHECK(has(page, R"(erp_exporter_series{target="main",exporter="fake"} 5)"));
    CHECK(has(page, R"(erp_tenant_database_info{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(erp_tenant_info{tenant="acme",customer="Acme Ltd",)"
                    R"(environment="production",tier="dedicated"} 1)"));
    CHECK(page.find("process_resident_memory_bytes ") != std::string::npos);
}

TEST_CASE("scrape: a probe adds no label", "[scrape]") {
    Bench bench({fake::target("main", script(fake::answer_all))});
    PageRequest request;
    request.scope = PageRequest::Scope::target;
    request.target = "main";
    const std::string page = bench.page(bench.ask(1s, request));
    CHECK(has(page, "fake_up 1"));
    CHECK(has(page, R"(fake_value{tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, "erp_exporter_target_up 1"));
    CHECK(page.find("target=\"") == std::string::npos);
    CHECK(page.find("exporter=\"") == std::string::npos);
    CHECK(page.find("process_") == std::string::npos);
}

TEST_CASE("scrape: an exporter's labels are on what its collectors give, unless it has its own",
          "[scrape]") {
    auto target = fake::target("main", script(fake::answer_all));
    auto config = std::make_shared<TargetConfig>(*target.config);
    config->data_labels = {{"server", "db1:5432"}, {"datname", "not this"}};
    target.config = config;
    Bench bench({target});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(
        has(page, R"(fake_value{target="main",server="db1:5432",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(fake_slow{target="main",server="db1:5432",datname="not this"} 2)"));
    CHECK(has(page, R"(fake_up{target="main"} 1)"));
    PageRequest request;
    request.scope = PageRequest::Scope::target;
    request.target = "main";
    CHECK(has(bench.page(bench.ask(1s, request)),
              R"(fake_value{server="db1:5432",tenant="acme",datname="acme"} 1)"));
}

TEST_CASE("scrape: a target that is down keeps its up, its failures and a watcher's counters",
          "[scrape]") {
    const auto s = script(fake::answer_all);
    Bench bench({fake::target("main", s)});
    CHECK(has(bench.page(bench.ask(1s)), R"(erp_exporter_collector_success{target="main",)"
                                         R"(exporter="fake",collector="watch"} 1)"));
    s->answer = [](const std::shared_ptr<Collection>& c) {
        Samples samples;
        samples.add(fake::kWaits, 3);
        samples.add(fake::kWaiting, 4);
        c->succeed(fake::kWatchAt, std::move(samples), {});
        c->fail_all({Phase::refused, "connection refused"});
    };
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_up{target="main"} 0)"));
    CHECK(has(page, R"(fake_waits_total{target="main"} 3)"));
    CHECK(has(page, R"(erp_exporter_collector_success{target="main",exporter="fake",)"
                    R"(collector="watch"} 0)"));
    CHECK(page.find("fake_waiting{") == std::string::npos);
    CHECK(page.find("fake_value{") == std::string::npos);
    CHECK(has(page, R"(erp_exporter_target_failures_total{target="main",exporter="fake",)"
                    R"(phase="refused"} 1)"));
}

TEST_CASE("scrape: a collector fails alone", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->fail(fake::kSlowAt, {Phase::query, "no such table"});
        fake::answer_all(c);
    });
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(page.find("fake_slow{") == std::string::npos);
    CHECK(has(page, R"(fake_value{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(erp_exporter_target_failures_total{target="main",exporter="fake",)"
                    R"(phase="query"} 1)"));
}

TEST_CASE("scrape: a series that comes twice costs nothing but itself", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        samples.add(fake::kValue, 1, "acme");
        samples.add(fake::kValue, 2, "acme");
        c->succeed(fake::kValueAt, std::move(samples), {});
        c->finish();
    });
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_value{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(erp_exporter_duplicate_series_total{target="main",exporter="fake"} 1)"));
}

TEST_CASE("scrape: over the target's budget lines are dropped and counted", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        for (int i = 0; i < 150; ++i)
            samples.add(fake::kValue, i, std::to_string(i));
        c->succeed(fake::kValueAt, std::move(samples), {});
        c->finish();
    });
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(erp_exporter_series_dropped_total{target="main",exporter="fake",)"
                    R"(reason="target_budget"} 51)"));
    REQUIRE(bench.status().front().advice.size() == 1);
    CHECK(bench.status().front().advice[0].starts_with("51 lines are left out of the page"));
    CHECK(has(page, R"(fake_up{target="main"} 1)"));
}

TEST_CASE("scrape: over the page's budget the last targets lose lines, and say so", "[scrape]") {
    Bench bench({fake::target("first", script(fake::answer_all)),
                 fake::target("last", script(fake::answer_all))},
                std::size_t{1} << 20, 1);
    bench.page(bench.ask(1s));
    const std::string page = bench.page(bench.ask(2s));
    for (const std::string name : {"first", "last"}) {
        CAPTURE(page, name);
        CHECK(page.find("fake_value{target=\"" + name) == std::string::npos);
        CHECK(has(page, "fake_up{target=\"" + name + "\"} 1"));
        CHECK(has(page, "erp_exporter_target_up{target=\"" + name + R"(",exporter="fake"} 1)"));
        CHECK(has(page, "erp_exporter_series_dropped_total{target=\"" + name +
                            R"(",exporter="fake",reason="page_budget"} 4)"));
    }
}

TEST_CASE("scrape: label values beyond the collector's cap are one, and counted", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        for (const char* kind : {"a", "b", "c", "d", "e"})
            samples.add(fake::kKinds, 5, kind);
        c->succeed(fake::kSlowAt, std::move(samples), {});
        c->finish();
    });
    Bench bench({fake::target("main", s)});
    bench.page(bench.ask(1s));
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_kinds_total{target="main",kind="b"} 5)"));
    CHECK(page.find(R"(kind="c")") == std::string::npos);
    CHECK(has(page, R"(fake_kinds_total{target="main",kind="_other"} 0)"));
    CHECK(has(page, R"(erp_exporter_series_folded_total{target="main",exporter="fake",)"
                    R"(collector="slow"} 6)"));
}

TEST_CASE("scrape: texts that clients do not take have a limit together", "[scrape]") {
    Bench bench({fake::target("main", script(fake::answer_all))}, 1);
    const auto ask = [&](bool other) { return other ? bench.ask_text("text") : bench.ask(1s); };
    auto slow = ask(GENERATE(false, true));
    bench.page(slow);
    for (const bool other : {false, true}) {
        const auto refused = ask(other);
        bench.run(100ms);
        REQUIRE(refused->page);
        REQUIRE(refused->page->has_error());
        CHECK(refused->page->error().phase == Phase::limit);
    }
    slow.reset();
    CHECK(has(bench.page(bench.ask(1s)), R"(fake_up{target="main"} 1)"));
}

TEST_CASE("scrape: a watcher's success is when it looked, also while the collection runs",
          "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        samples.add(fake::kWaiting, 4);
        c->succeed(fake::kWatchAt, std::move(samples), {}, Unavailable::no, Clock::now() - 100s);
    });
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(100ms));
    const std::string series = R"(erp_exporter_collector_last_success_timestamp_seconds{)"
                               R"(target="main",exporter="fake",collector="watch"} )";
    const std::size_t at = page.find(series);
    REQUIRE(at != std::string::npos);
    CHECK(std::abs(std::stod(page.substr(at + series.size())) - (unix_now() - 100)) < 2);
    fake::answer_all(s->collections[0]);
}

TEST_CASE("scrape: a server that never answered has no last success, whatever a watcher says",
          "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->succeed(fake::kWatchAt, Samples(), {});
        c->fail_all({Phase::refused, "connection refused"});
    });
    Bench bench({fake::target("main", s)});
    bench.page(bench.ask(1s));
    CHECK(bench.page(bench.ask(1s)).find("last_success_timestamp_seconds{") == std::string::npos);
}

TEST_CASE("scrape: the status page counts the series of a page that showed all", "[scrape]") {
    Bench bench({fake::target("main", script(fake::answer_all))});
    bench.page(bench.ask(1s));
    const std::size_t all = bench.status().front().lines;
    CHECK(all == 5);
    PageRequest one;
    one.names = {"fake_up"};
    bench.page(bench.ask(1s, one));
    CHECK(bench.status().front().lines == all);
    PageRequest part;
    part.collect = {"slow"};
    bench.page(bench.ask(1s, part));
    CHECK(bench.status().front().lines == all);
}

TEST_CASE("scrape: what does not exist is refused with the nearest name", "[scrape]") {
    Bench bench({fake::target("main", script(fake::answer_all))});
    const auto problem = [&](PageRequest request) {
        const auto answer = bench.ask(1s, std::move(request));
        while (!answer->page)
            bench.run(1ms);
        return *answer->page ? std::string() : answer->page->error().text;
    };
    PageRequest request;
    request.collect = {"valeu"};
    CHECK(problem(request) == "unknown collector 'valeu'; did you mean value?");
    request.collect = {"fake.value"};
    CHECK(problem(request).empty());
    request = {};
    request.names = {"fake_upp"};
    CHECK(problem(request) == "unknown metric 'fake_upp'; did you mean fake_up?");
    request = {};
    request.scope = PageRequest::Scope::target;
    request.target = "mian";
    CHECK(problem(request) == "unknown target 'mian'; did you mean main?");
    request.target = "other";
    CHECK(problem(request) == "unknown target 'other'");
}

}  // namespace
}  // namespace erp
