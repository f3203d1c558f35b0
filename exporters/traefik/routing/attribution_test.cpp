#include "exporters/traefik/routing/attribution.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace erp::traefik {
namespace {

std::shared_ptr<const Tenancy> tenancy(std::vector<std::string> names,
                                       std::vector<TenantRule> rules) {
    std::vector<Tenant> tenants;
    tenants.reserve(names.size());
    for (std::string& name : names)
        tenants.push_back({.name = std::move(name)});
    return std::make_shared<const Tenancy>(std::move(tenants), std::move(rules));
}

const TenantRule kRouterRule{Dimension::router, "^odoo-([a-z0-9-]+?)(?:-ws)?@", "$1"};
const TenantRule kHostRule{Dimension::host, R"(^(?:www\.)?([a-z0-9-]+)\.erp\.example$)", "$1"};

Entry routed(std::string_view router, std::string_view entrypoint = "websecure") {
    Entry entry;
    entry.router = router;
    entry.entrypoint = entrypoint;
    return entry;
}

TEST_CASE("traefik attribution: a router's name tells the tenant, its copies too",
          "[attribution]") {
    Attribution attribution(tenancy({"acme", "globex", "web-acme"}, {kRouterRule}));
    const auto tenant = [&](std::string_view router, std::string_view entrypoint = "websecure") {
        // Twice: made, then kept.
        const std::string_view made = attribution.tenant_of(routed(router, entrypoint));
        CHECK(attribution.tenant_of(routed(router, entrypoint)) == made);
        return made;
    };
    CHECK(tenant("odoo-acme@file") == "acme");
    CHECK(tenant("odoo-acme-ws@docker") == "acme");
    CHECK(tenant("websecure-odoo-acme@file") == "acme");
    CHECK(tenant("websecure6-odoo-globex@file", "websecure6") == "globex");
    CHECK(tenant("websecure-odoo-acme@file", "web") == kUnknownTenant);  // another's copy
    CHECK(tenant("odoo-web-acme@file", "web") == "web-acme");
    CHECK(tenant("odoo-initech@file") == kUnknownTenant);
    CHECK(tenant("websecure-") == kUnknownTenant);
    CHECK(tenant("mw-old@file") == kUnknownTenant);
}

TEST_CASE("traefik attribution: a copy of a router has its tenant where no entrypoint is told",
          "[attribution]") {
    const std::vector<std::string> entrypoints{"web", "web-secure", "websecure"};
    Attribution attribution(tenancy({"acme", "globex", "web-acme"}, {kRouterRule}), entrypoints);
    const auto tenant = [&](std::string_view router) {
        return attribution.tenant_of(routed(router, ""));
    };
    CHECK(tenant("odoo-acme@file") == "acme");
    CHECK(tenant("websecure-odoo-acme@file") == "acme");
    CHECK(tenant("web-secure-odoo-acme-ws@file") == "acme");
    CHECK(tenant("odoo-web-acme@file") == "web-acme");
    CHECK(tenant("websecure-odoo-web-acme@file") == "web-acme");
    CHECK(tenant("websecure-mw-old@file") == kUnknownTenant);
    CHECK(tenant("websecure-websecure-odoo-acme@file") == kUnknownTenant);
    CHECK(tenant("websecure") == kUnknownTenant);
    CHECK(tenant("websecure-") == kUnknownTenant);
    CHECK(tenant("-") == kUnknownTenant);
    CHECK(tenant("parent@file -> websecure-odoo-acme@file") == "acme");
    for (const char* const layered : {"websecure-odoo-acme@file -> websecure-odoo-globex@file",
                                      "a@file -> websecure-odoo-acme@file -> child@file"})
        CHECK(tenant(layered) == attribution.tenant_of(routed(layered, "websecure")));
    // An entrypoint that the log names is the only one.
    CHECK(attribution.tenant_of(routed("websecure-odoo-acme@file", "web")) == kUnknownTenant);
    // The whole name has a tenant: no piece of it is tried.
    Attribution names(tenancy({"acme", "web-acme"}, {{Dimension::router, "^([a-z-]+)@", "$1"}}),
                      entrypoints);
    CHECK(names.tenant_of(routed("web-acme@file", "")) == "web-acme");
    CHECK(names.tenant_of(routed("websecure-web-acme@file", "")) == "web-acme");
    CHECK(names.tenant_of(routed("websecure-acme@file", "")) == "acme");
}

TEST_CASE("traefik attribution: a router that ends like a tenant's is not that tenant's",
          "[attribution]") {
    const std::vector<TenantRule> rules{{Dimension::router, "^([a-z]+)@file$", "$1"}};
    Attribution attribution(tenancy({"acme"}, rules), {"web", "websecure"});
    const auto tenant = [&](std::string_view router) {
        return attribution.tenant_of(routed(router, ""));
    };
    CHECK(tenant("acme@file") == "acme");
    CHECK(tenant("web-acme@file") == "acme");
    CHECK(tenant("old-acme@file") == kUnknownTenant);
    CHECK(tenant("web-old-acme@file") == kUnknownTenant);
    CHECK(tenant("old-web-acme@file") == kUnknownTenant);
    CHECK(tenant("webold-acme@file") == kUnknownTenant);
    CHECK(tenant("WEB-acme@file") == kUnknownTenant);
    CHECK(tenant("parent@file -> old-acme@file") == kUnknownTenant);
    CHECK(Attribution(tenancy({"acme"}, rules)).tenant_of(routed("web-acme@file", "")) ==
          kUnknownTenant);
}

TEST_CASE("traefik attribution: what may be a copy for another entrypoint is named",
          "[attribution]") {
    Attribution attribution(tenancy({"acme"}, {kRouterRule}), {"websecure"});
    for (const char* const router :
         {"odoo-acme@file", "websecure-odoo-acme@file", "mw-old@file", "mw@x-odoo-acme", "-", ""}) {
        (void)attribution.tenant_of(routed(router, ""));
        CHECK(attribution.likely_copy().router.empty());
    }
    // Its entrypoint is known, and it is no copy.
    (void)attribution.tenant_of(routed("old-odoo-acme@file", "web"));
    CHECK(attribution.likely_copy().router.empty());
    (void)attribution.tenant_of(routed("a@file -> web-v6-odoo-acme@file -> mw-old@file", ""));
    CHECK(attribution.likely_copy().router == "web-v6-odoo-acme@file");
    CHECK(attribution.likely_copy().entrypoint == "web-v6");
    CHECK(attribution.likely_copy().tenant == "acme");
    attribution.use(tenancy({"acme"}, {kRouterRule}));
    CHECK(attribution.likely_copy().router.empty());
    (void)attribution.tenant_of(routed(std::string(300, 'x') + "-odoo-acme@file", ""));
    CHECK(attribution.likely_copy().router.empty());
}

TEST_CASE("traefik attribution: a name with the prefix that is a tenant's is not a copy's",
          "[attribution]") {
    Attribution attribution(
        tenancy({"acme", "web-acme"}, {{Dimension::router, "^([a-z-]+)@file$", "$1"}}));
    CHECK(attribution.tenant_of(routed("web-acme@file", "web")) == "web-acme");
    CHECK(attribution.tenant_of(routed("other-acme@file", "other")) == "acme");
}

TEST_CASE("traefik attribution: of layered routers the last that has a tenant counts",
          "[attribution]") {
    const TenantRule rule{Dimension::router, "^odoo-([a-z]+)@file$", "$1"};
    Attribution attribution(tenancy({"acme", "globex"}, {rule}));
    const auto tenant = [&](std::string_view router) {
        return attribution.tenant_of(routed(router));
    };
    CHECK(tenant("parent@file -> odoo-acme@file") == "acme");
    CHECK(tenant("odoo-acme@file -> child@file") == "acme");
    CHECK(tenant("odoo-acme@file -> odoo-globex@file") == "globex");
    CHECK(tenant("odoo-acme@file -> odoo-nobody@file") == "acme");
    CHECK(tenant("websecure-odoo-acme@file -> child@file") == "acme");
    CHECK(tenant("a@file -> websecure-odoo-acme@file -> child@file") == "acme");
    CHECK(tenant("a@file -> child@file") == kUnknownTenant);
    CHECK(tenant(" -> ") == kUnknownTenant);
    // The whole name comes first.
    Attribution whole(tenancy({"acme", "globex"},
                              {{Dimension::router, "^odoo-acme@file -> b@file$", "globex"}, rule}));
    CHECK(whole.tenant_of(routed("odoo-acme@file -> b@file")) == "globex");
    CHECK(whole.tenant_of(routed("websecure-odoo-acme@file -> b@file")) == "globex");
    CHECK(whole.tenant_of(routed("odoo-acme@file -> c@file")) == "acme");
}

TEST_CASE("traefik attribution: more layers than anybody nests cost no more", "[attribution]") {
    Attribution attribution(tenancy({"acme"}, {{Dimension::router, "^odoo-acme@file$", "acme"}}));
    std::string name = "odoo-acme@file";
    for (int layer = 0; layer < 100; ++layer)
        name += " -> x@file";
    CHECK(attribution.tenant_of(routed(name)) == kUnknownTenant);
    CHECK(attribution.tenant_of(routed(name + " -> odoo-acme@file")) == "acme");
}

TEST_CASE("traefik attribution: a host counts without case, port and trailing dot",
          "[attribution]") {
    Attribution attribution(
        tenancy({"acme", "v6"}, {kHostRule, {Dimension::host, "2001:db8::1", "v6"}}));
    const auto tenant = [&](std::string_view host) {
        Entry entry = routed("wild@file");
        entry.host = host;
        return attribution.tenant_of(entry);
    };
    CHECK(tenant("acme.erp.example") == "acme");
    CHECK(tenant("WWW.ACME.ERP.example.:8443") == "acme");
    CHECK(tenant("[2001:DB8::1]:443") == "v6");
    CHECK(tenant("globex.erp.example") == kUnknownTenant);
    CHECK(tenant("") == kUnknownTenant);
    CHECK(tenant(std::string(10'000, 'a')) == kUnknownTenant);
}

TEST_CASE("traefik attribution: the first rule in their order decides, of whatever kind",
          "[attribution]") {
    Entry entry = routed("odoo-acme@file");
    entry.service = "odoo-globex@file";
    entry.host = "initech.erp.example";
    entry.tenant_header = "hooli";
    const std::vector<std::string> names{"acme", "globex", "initech", "hooli"};
    const TenantRule service{Dimension::service, "^odoo-([a-z]+)@", "$1"};
    const TenantRule header{Dimension::header, "^([a-z]+)$", "$1"};
    const auto first = [&](std::vector<TenantRule> rules) {
        return std::string(Attribution(tenancy(names, std::move(rules))).tenant_of(entry));
    };
    CHECK(first({kRouterRule, service, kHostRule, header}) == "acme");
    CHECK(first({service, kHostRule, header, kRouterRule}) == "globex");
    CHECK(first({kHostRule, header, kRouterRule, service}) == "initech");
    CHECK(first({header, kRouterRule, service, kHostRule}) == "hooli");
    CHECK(first({{Dimension::database, "^", "acme"}}) == kUnknownTenant);
}

TEST_CASE("traefik attribution: where no router matched only the host counts", "[attribution]") {
    Attribution attribution(
        tenancy({"acme", "hooli"}, {{Dimension::header, "^([a-z]+)$", "$1"}, kHostRule}));
    Entry entry;
    entry.tenant_header = "hooli";
    entry.host = "acme.erp.example";
    CHECK(attribution.tenant_of(entry) == "acme");
    entry.service = "odoo@file";  // the router's name is not kept in the log
    CHECK(attribution.tenant_of(entry) == "hooli");
    entry.service = "";
    CHECK(attribution.tenant_of(entry) == "acme");
}

TEST_CASE("traefik attribution: a new tenancy counts from the next entry on", "[attribution]") {
    Attribution attribution(tenancy({"acme"}, {kRouterRule}));
    CHECK(attribution.tenant_of(routed("odoo-acme@file")) == "acme");
    CHECK(attribution.tenant_of(routed("odoo-globex@file")) == kUnknownTenant);
    attribution.use(tenancy({"globex"}, {kRouterRule}));
    CHECK(attribution.tenant_of(routed("odoo-acme@file")) == kUnknownTenant);
    CHECK(attribution.tenant_of(routed("odoo-globex@file")) == "globex");
    attribution.use(tenancy({"globex"}, {kRouterRule, kHostRule}));
    CHECK(attribution.tenant_of(routed("odoo-acme@file")) == kUnknownTenant);
    CHECK(attribution.tenant_of(routed("odoo-globex@file")) == "globex");
    Entry entry;
    entry.host = "globex.erp.example";
    CHECK(attribution.tenant_of(entry) == "globex");
}

TEST_CASE("traefik attribution: what clients send makes no tenant and holds no memory",
          "[attribution]") {
    const auto names = tenancy({"acme"}, {kHostRule, {Dimension::header, "^(.*)$", "$1"}});
    Attribution attribution(names);
    std::mt19937_64 random(9);  // NOLINT(cert-msc51-cpp): the same hosts in each run
    for (int i = 0; i < 60'000; ++i) {
        const std::string host = std::to_string(random()) + ".erp.example";
        const std::string header(random() % 600, 'x');
        Entry entry = routed("wild@file");
        entry.host = host;
        entry.tenant_header = header;
        CHECK(attribution.tenant_of(entry) == kUnknownTenant);
    }
    CHECK(attribution.memory() < 3'000'000);
    Attribution by_router(tenancy({"acme"}, {kRouterRule}));  // no rule looks at hosts
    for (int i = 0; i < 1000; ++i) {
        const std::string host = std::to_string(random());
        Entry entry = routed("odoo-acme@file");
        entry.host = host;
        CHECK(by_router.tenant_of(entry) == "acme");
    }
    CHECK(by_router.memory() < 10'000);
}

}  // namespace
}  // namespace erp::traefik
