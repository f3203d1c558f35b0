#include "core/tenancy/tenancy.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace erp {
namespace {

using Names = std::vector<std::string>;

TenantRule rule(Dimension from, std::string match, std::string tenant) {
    return {from, std::move(match), std::move(tenant)};
}

const TenantRule kEach = rule(Dimension::database, "^(.+)$", "$1");

std::vector<Database> customers(const Names& names) {
    std::vector<Database> databases;
    for (const std::string& name : names)
        databases.push_back({name, false});
    return databases;
}

std::shared_ptr<const Tenancy> with(std::vector<TenantRule> rules,
                                    const std::vector<Database>& databases,
                                    std::vector<Tenant> list = {}) {
    return Tenancy(std::move(list), std::move(rules), Tenant{}).with(databases);
}

TEST_CASE("automatic tenants: they come and go with their databases", "[tenancy]") {
    const Tenancy configured({}, {kEach}, Tenant{});
    CHECK(configured.automatic() != nullptr);
    CHECK(configured.tenant_of(Dimension::database, "acme") == std::nullopt);
    const auto one = configured.with(customers({"acme"}));
    CHECK(one->tenant_of(Dimension::database, "acme") == "acme");
    CHECK(one->tenant_of(Dimension::database, "globex") == std::nullopt);
    CHECK(one->automatic_names() == Names{"acme"});
    CHECK_FALSE(one->knows("acme"));  // which is what a configuration may name
    const auto other = one->with(customers({"globex"}));
    CHECK(other->automatic_names() == Names{"globex"});
    CHECK(other->tenant_of(Dimension::database, "acme") == std::nullopt);
    CHECK(one->tenant_of(Dimension::database, "acme") == "acme");  // immutable
}

TEST_CASE("automatic tenants: without tenants.auto a database makes no tenant", "[tenancy]") {
    const Tenancy configured({}, {kEach});
    CHECK(configured.automatic() == nullptr);
    const auto live = configured.with(customers({"acme"}));
    CHECK(live->automatic_names().empty());
    CHECK(live->tenant_of(Dimension::database, "acme") == std::nullopt);
}

TEST_CASE("automatic tenants: one that is on the list stays the list's", "[tenancy]") {
    const auto live = with({kEach}, customers({"acme", "globex"}), {{.name = "acme"}});
    CHECK(live->automatic_names() == Names{"globex"});
    CHECK(live->tenant_of(Dimension::database, "acme")->data() == live->tenants()[0].name.data());
}

TEST_CASE("automatic tenants: a client's text is none, whatever the rules make of it",
          "[tenancy]") {
    const auto live =
        with({kEach, rule(Dimension::host, "^([a-z]+)\\.erp\\.test$", "$1")}, customers({"acme"}));
    CHECK(live->tenant_of(Dimension::host, "acme.erp.test") == "acme");
    CHECK(live->tenant_of(Dimension::host, "invented.erp.test") == std::nullopt);
}

TEST_CASE("automatic tenants: the name that a rule makes must be a database's", "[tenancy]") {
    const std::vector<TenantRule> rules{rule(Dimension::database, "^(.+)_test$", "$1"),
                                        rule(Dimension::database, "legacy", "globex")};
    const auto live = with(rules, customers({"acme", "acme_test", "other_test", "legacy"}));
    CHECK(live->automatic_names() == Names{"acme"});
    CHECK(live->tenant_of(Dimension::database, "acme_test") == "acme");
    CHECK(live->tenant_of(Dimension::database, "acme") == std::nullopt);  // no rule matches it
    CHECK(live->tenant_of(Dimension::database, "other_test") == std::nullopt);
    CHECK(live->tenant_of(Dimension::database, "legacy") == std::nullopt);
    CHECK(with(rules, customers({"globex", "legacy"}))->automatic_names() == Names{"globex"});
}

TEST_CASE("automatic tenants: templates and the server's own database need an exact rule",
          "[tenancy]") {
    const std::vector<Database> databases{
        {"acme", false}, {"postgres", true}, {"template0", true}, {"template1", true}};
    CHECK(with({kEach}, databases)->automatic_names() == Names{"acme"});
    CHECK(with({rule(Dimension::database, "^", "postgres")}, databases)->automatic_names().empty());
    const auto exact = with({rule(Dimension::database, "postgres", "postgres"), kEach}, databases);
    CHECK(exact->automatic_names() == Names{"acme", "postgres"});
    CHECK(exact->tenant_of(Dimension::database, "postgres") == "postgres");
    CHECK(exact->tenant_of(Dimension::database, "template1") == std::nullopt);
    // What is a template on one server may be a customer's on another.
    std::vector<Database> both = databases;
    both.push_back({"template1", false});
    CHECK(with({kEach}, both)->automatic_names() == Names{"acme", "template1"});
}

TEST_CASE("automatic tenants: names that mean something else, or are too long, are none",
          "[tenancy]") {
    const auto live = with({kEach, rule(Dimension::database, "x", "y")},
                           customers({"_unknown", "_other", std::string(64, 'a'), "Acme GmbH"}));
    CHECK(live->automatic_names() == Names{"Acme GmbH"});
}

TEST_CASE("automatic tenants: they have a bound, and which ones remain depends on names alone",
          "[tenancy]") {
    Names names;
    for (int i = 0; i < 6'000; ++i)
        names.push_back("t" + std::to_string(100'000 + i));
    const auto live = with({kEach}, customers(names));
    CHECK(live->automatic_names().size() == Tenancy::kMostAutomatic);
    CHECK(live->left_out() == 1'000);
    CHECK(live->tenant_of(Dimension::database, "t104999") == "t104999");
    CHECK(live->tenant_of(Dimension::database, "t105000") == std::nullopt);
    std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): the same order in each run
    std::ranges::shuffle(names, random);
    CHECK(with({kEach}, customers(names))->automatic_names() == live->automatic_names());
    // Those that no rule matches take no place.
    const auto few = with({rule(Dimension::database, "^(t1059..)$", "$1")}, customers(names));
    CHECK(few->automatic_names().size() == 100);
    CHECK(few->left_out() == 0);
}

TEST_CASE("objectives: what a tenant says replaces the default key by key", "[tenancy]") {
    using namespace std::chrono_literals;
    const Objectives defaults{.latency = {{"batch", 10s}, {"interactive", 2s}},
                              .availability = 0.99,
                              .rpo = {{"database", 1h}},
                              .rto = 8h};
    Objectives own{.latency = {{"interactive", 1s}}, .rto = 4h};
    const Objectives both = overridden(own, defaults);
    CHECK(both.latency == Objectives::ByName{{"batch", 10s}, {"interactive", 1s}});
    CHECK(both.availability == 0.99);
    CHECK(both.rpo == Objectives::ByName{{"database", 1h}});
    CHECK(both.rto == Duration(4h));
    CHECK(both.workflow.empty());
    CHECK(overridden(own, {}) == own);
    CHECK(overridden({}, defaults) == defaults);
}

}  // namespace
}  // namespace erp
