#include "exporters/odoo/counts/databases.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace erp::odoo {
namespace {

std::shared_ptr<const Tenancy> acme_only() {
    return std::make_shared<const Tenancy>(
        std::vector<Tenant>{{.name = "acme"}},
        std::vector<TenantRule>{{Dimension::database, "^([a-z]+)$", "$1"}});
}

std::vector<TargetDatabases> on_main(std::vector<Database> databases) {
    return {{"main", std::make_shared<const std::vector<Database>>(std::move(databases))}};
}

TEST_CASE("databases: without a target those of tenants are known, and nothing a client made up",
          "[odoo]") {
    const auto current = std::make_shared<CurrentTenancy>();
    current->set(acme_only());
    Databases databases("", current);
    CHECK(databases.known("acme") == "acme");
    CHECK(databases.known("nosuchdb") == kUnknownDatabase);
    for (const char* none : {"", "?", "None"})
        CHECK(databases.known(none).empty());
}

TEST_CASE("databases: with a target they are that target's, as soon as those are known", "[odoo]") {
    const auto current = std::make_shared<CurrentTenancy>();
    current->set(acme_only());
    Databases databases("main", current);
    CHECK(databases.known("acme") == "acme");
    CHECK(databases.known("globex") == kUnknownDatabase);
    current->set(on_main({{.name = "globex"}}));
    CHECK(databases.known("globex") == kUnknownDatabase);
    databases.follow();
    CHECK(databases.known("globex") == "globex");
    CHECK(databases.known("acme") == kUnknownDatabase);
}

TEST_CASE("databases: what was counted before a restart is known before the target is asked",
          "[odoo]") {
    Databases databases("main", std::make_shared<CurrentTenancy>());
    databases.remember(std::vector<std::string>{"globex", "acme"});
    CHECK(databases.known("globex") == "globex");
    CHECK(databases.known("acme") == "acme");
    CHECK(databases.known("initech") == kUnknownDatabase);
}

}  // namespace
}  // namespace erp::odoo
