#include "core/http/status_page.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

namespace erp {
namespace {

using State = StatusPage::State;
using namespace std::chrono_literals;

constexpr StatusPage::Time kNow{std::chrono::seconds(1767225600)};  // 2026-01-01 00:00:00 UTC

StatusPage example() {
    StatusPage page;
    page.version = "0.1.0";
    page.now = kNow;
    page.started = kNow - 26h;
    page.addresses = {"127.0.0.1:9069", "unix:/run/erp_exporter/http.sock"};
    page.config_file = "/etc/erp_exporter/erp_exporter.yml";
    page.reload_ok = false;
    page.reloaded = kNow - 40min;
    StatusPage::Target main{.name = "main", .exporter = "postgres", .state = State::partial};
    main.age = 4s;
    main.took = 38ms;
    main.series = 12408;
    main.advice = {"Without <Duration> there are no latencies: keep it."};
    main.labels = {{"region", "eu-1"}, {"service", "billing"}};
    main.collectors = {{"server", State::ok, 4s, 1ms, {}},
                       {"database", State::ok, 4s, 3ms, {}},
                       {"database_sizes", State::ok, 3min, 620ms, {}},
                       {"locks", State::failed, std::nullopt, 250ms, "timeout"},
                       {"replication", State::unavailable, 4s, 200us, "privilege"},
                       {"settings", State::off, std::nullopt, std::nullopt, {}}};
    StatusPage::Target cache{.name = "cache-acme", .exporter = "redis", .state = State::ok};
    cache.age = 4s;
    cache.took = 2ms;
    cache.series = 297;
    cache.tenant = "acme";
    cache.collectors = {{"info", State::ok, 4s, 900us, {}},
                        {"slowlog", State::pending, {}, {}, {}}};
    StatusPage::Target old{.name = "archive", .exporter = "postgres", .state = State::failed};
    old.reason = "refused";
    old.age = 12s;
    old.took = 1ms;
    old.series = 1;
    old.collectors = {{"server", State::failed, 2h, std::nullopt, "refused"},
                      {"database", State::failed, 2h, std::nullopt, "refused"}};
    page.targets = {main, cache, old};
    page.tenants = {{"acme", "Acme Ltd", "production", "dedicated"},
                    {"acme-staging", "Acme Ltd", "staging", "shared"},
                    {"globex", "Globex & Sons", "production", "shared"}};
    return page;
}

bool has(std::string_view html, std::string_view text) {
    return html.find(text) != std::string_view::npos;
}

/// Every element that is opened is closed in order; an unescaped '<' would break it.
bool well_formed(const std::string& html) {
    const std::set<std::string> alone{"meta", "!DOCTYPE"};
    std::vector<std::string> open;
    for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
        const bool closing = html[at + 1] == '/';
        const std::size_t start = at + (closing ? 2 : 1);
        const std::string name = html.substr(start, html.find_first_of(" >\n", start) - start);
        if (closing) {
            if (open.empty() || open.back() != name) return false;
            open.pop_back();
        } else if (!alone.contains(name)) {
            open.push_back(name);
        }
    }
    return open.empty();
}

TEST_CASE("status page: looks like the one that was approved", "[http]") {
    std::ifstream file("testdata/status_page.html", std::ios::binary);
    std::ostringstream approved;
    approved << file.rdbuf();
    const std::string html = to_html(example());
    if (html != approved.str()) std::ofstream("testdata/status_page.html.new") << html;
    CHECK(html == approved.str());
}

TEST_CASE("status page: says how each target and collector is", "[http]") {
    const std::string html = to_html(example());
    CHECK(well_formed(html));
    CHECK(has(html, "2 of 3 up"));
    CHECK(has(html, "down: refused"));
    CHECK(has(html, "failed: timeout"));
    CHECK(has(html, "unavailable: privilege"));
    CHECK(has(html, "tenant <b>acme</b>"));
    CHECK(has(html, "region=eu-1"));
    CHECK(has(html, "26 h ago"));
    CHECK(has(html, "loaded 40 min ago"));
    CHECK(has(html, "refused; the one before it is in use"));
    for (const auto* link :
         {"/metrics", "/self", "/-/healthy", "/-/ready", "/probe?target=cache-acme"}) {
        CHECK(has(html, "href=\"" + std::string(link) + "\""));
    }
}

TEST_CASE("status page: no text of the configuration becomes markup", "[http]") {
    const std::string evil = "\"'><script>alert(1)</script>&";
    StatusPage page = example();
    page.version = page.config_file = evil;
    page.addresses = {evil};
    for (StatusPage::Target& target : page.targets) {
        target.name = target.exporter = target.reason = target.tenant = evil;
        target.labels = {{evil, evil}};
        for (StatusPage::Collector& collector : target.collectors) {
            collector.name = collector.reason = evil;
        }
    }
    page.tenants = {{evil, evil, evil, evil}};
    const std::string html = to_html(page);
    CHECK(well_formed(html));
    CHECK_FALSE(has(html, "<script"));
    CHECK_FALSE(has(html, "&<"));
    CHECK(has(html, "target=%22%27%3E%3Cscript"));
}

TEST_CASE("status page: a daemon without configuration has a page too", "[http]") {
    StatusPage page;
    page.now = page.started = kNow;
    const std::string html = to_html(page);
    CHECK(well_formed(html));
    CHECK(has(html, "0 of 0 up"));
    CHECK(has(html, "serves the servers found on this host"));
    CHECK_FALSE(has(html, "Tenants"));
    CHECK_FALSE(has(html, "Reload"));
}

TEST_CASE("status page: ages are for people", "[http]") {
    CHECK(to_rough_text(0s) == "0 s");
    CHECK(to_rough_text(-5s) == "0 s");
    CHECK(to_rough_text(200us) == "200 µs");
    CHECK(to_rough_text(999ms) == "999 ms");
    CHECK(to_rough_text(119s) == "119 s");
    CHECK(to_rough_text(2min) == "2 min");
    CHECK(to_rough_text(3h) == "3 h");
    CHECK(to_rough_text(72h) == "3 d");
}

}  // namespace
}  // namespace erp
