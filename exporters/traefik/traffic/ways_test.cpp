#include "exporters/traefik/traffic/ways.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace erp::traefik {
namespace {

std::shared_ptr<const Tenancy> tenancy(std::vector<TenantRule> rules) {
    std::vector<Tenant> tenants;
    for (const char* name : {"acme", "globex"})
        tenants.push_back({.name = name});
    return std::make_shared<const Tenancy>(std::move(tenants), std::move(rules));
}

const TenantRule kRouterRule{Dimension::router, "^odoo-([a-z]+)@", "$1"};
const TenantRule kHostRule{Dimension::host, R"(^([a-z0-9-]+)\.erp\.example$)", "$1"};
const TenantRule kHeaderRule{Dimension::header, "^(.*)$", "$1"};

Entry sent(std::string_view router = "odoo-acme@file") {
    Entry entry;
    entry.router = entry.service = router;
    entry.server = "10.0.0.1:8069";
    entry.entrypoint = "websecure";
    entry.protocol = "HTTP/2.0";
    entry.tls_version = "1.3";
    entry.tls_cipher = "TLS_AES_128_GCM_SHA256";
    return entry;
}

/// Finds ways, and counts how often it had to.
class Finder {
  public:
    explicit Finder(std::vector<TenantRule> rules) : attribution_(tenancy(std::move(rules))) {}

    Way of(const Entry& entry) {
        return ways.of(entry, attribution_, [&] {
            ++found;
            const std::string_view tenant = attribution_.tenant_of(entry);
            return Way{.tenant = tenant,
                       .attributed = tenant != kUnknownTenant,
                       .places = ledger.places_of(entry, tenant)};
        });
    }

    Ways ways;
    Ledger ledger;
    int found = 0;

  private:
    Attribution attribution_;
};

TEST_CASE("ways: each is found once, and what differs in one text is another", "[traefik]") {
    Finder finder({kRouterRule});
    for (int i = 0; i < 3; ++i)
        CHECK(finder.of(sent()).tenant == "acme");
    CHECK(finder.found == 1);
    const std::array<std::string_view Entry::*, 7> parts{
        &Entry::router,   &Entry::service,     &Entry::server,    &Entry::entrypoint,
        &Entry::protocol, &Entry::tls_version, &Entry::tls_cipher};
    for (const auto part : parts) {
        Entry entry = sent();
        entry.*part = "HTTP/1.1";
        (void)finder.of(entry);
        entry.*part = "";
        (void)finder.of(entry);
    }
    CHECK(finder.found == 1 + 2 * 7);
    // The border between two texts is part of them.
    Entry one = sent();
    one.router = "ab";
    one.service = "c";
    Entry other = sent();
    other.router = "a";
    other.service = "bc";
    (void)finder.of(one);
    (void)finder.of(other);
    CHECK(finder.found == 3 + 2 * 7);
    finder.ways.clear();
    CHECK(finder.of(sent()).tenant == "acme");
    CHECK(finder.found == 4 + 2 * 7);
}

TEST_CASE("ways: hosts and headers count where rules look at them", "[traefik]") {
    const auto found = [](std::vector<TenantRule> rules, bool routed) {
        Finder finder(std::move(rules));
        for (const char* text : {"acme", "globex"}) {
            const std::string host = std::string(text) + ".erp.example";
            Entry entry = routed ? sent() : Entry();
            entry.host = host;
            entry.tenant_header = text;
            (void)finder.of(entry);
        }
        return finder.found;
    };
    CHECK(found({kRouterRule}, true) == 1);
    CHECK(found({kHostRule}, true) == 2);
    CHECK(found({kHostRule}, false) == 2);
    CHECK(found({kHeaderRule}, true) == 2);
    // Nobody vouches for it: no rule sees it.
    CHECK(found({kHeaderRule}, false) == 1);
}

TEST_CASE("ways: one that is longer than what is kept is found each time", "[traefik]") {
    Finder finder({kRouterRule});
    const std::string router = "odoo-globex@file -> " + std::string(600, 'x');
    for (int i = 0; i < 3; ++i)
        CHECK(finder.of(sent(router)).tenant == "globex");
    CHECK(finder.found == 3);
}

TEST_CASE("ways: what clients send makes no tenant and holds no memory", "[traefik]") {
    Finder finder({kHostRule, kHeaderRule});
    std::mt19937_64 random(9);  // NOLINT(cert-msc51-cpp): the same hosts in each run
    for (int i = 0; i < 60'000; ++i) {
        const std::string host = std::to_string(random()) + ".erp.example";
        const std::string header(random() % 300, 'x');
        Entry entry = sent("wild@file");
        entry.host = host;
        entry.tenant_header = header;
        REQUIRE_FALSE(finder.of(entry).attributed);
    }
    CHECK(finder.ways.memory() < 4'000'000);
    Finder by_router({kRouterRule});  // no rule looks at hosts
    for (int i = 0; i < 1000; ++i) {
        const std::string host = std::to_string(random());
        Entry entry = sent();
        entry.host = host;
        REQUIRE(by_router.of(entry).tenant == "acme");
    }
    CHECK(by_router.found == 1);
    CHECK(by_router.ways.memory() < 20'000);
}

}  // namespace
}  // namespace erp::traefik
