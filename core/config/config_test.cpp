#include "core/config/config.hpp"

#include "core/config/fake_config.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace erp {
namespace {

using namespace std::chrono_literals;
using fake::errors;
using fake::good;
using fake::parse;
using fake::Texts;

TEST_CASE("config: a file that names no targets is the defaults", "[config]") {
    const Config config = good("targets:\n  []\n");
    CHECK(config.listen == Texts{"127.0.0.1:9069"});
    CHECK(config.limits.scrape_timeout == 10s);
    CHECK(config.limits.series_per_target == 50'000);
    CHECK(config.limits.series_per_page == 1'000'000);
    CHECK(config.limits.connections == 256);
    CHECK(config.targets.empty());
    REQUIRE(config.tenancy);
    CHECK(config.tenancy->tenants().empty());
}

TEST_CASE("config: every key of a complete file is read", "[config]") {
    const Config config = good(R"(
listen: ["[::1]:9069", "unix:/run/erp.sock"]
limits: {scrape_timeout: 5s, series_per_target: 10, series_per_page: 20, connections: 30}
tenants:
  list:
    - {name: acme, customer: Acme Ltd, environment: production, tier: dedicated}
    - {name: globex}
  rules:
    - {from: database, match: '^([a-z]+)$', tenant: '$1'}
    - {from: header, match: globex.example.com, tenant: globex}
targets:
  - name: main
    exporter: fake
    address: db:1
    keepalive: 1m
    local: on
    password_file: keys/main
    timeout: 3s
    tenant: acme
    labels: {dc: fra, rack: "7"}
    collectors: {sizes: {enabled: off, interval: 1h, minimum_age: 10s}, settings: on}
  - {name: cache.2, exporter: other, address: c, password_env: CACHE_PW}
)");
    CHECK(config.listen == Texts{"[::1]:9069", "unix:/run/erp.sock"});
    CHECK(config.limits.scrape_timeout == 5s);
    CHECK(config.limits.series_per_target == 10);
    CHECK(config.limits.series_per_page == 20);
    CHECK(config.limits.connections == 30);
    REQUIRE(config.tenancy->tenants().size() == 2);
    CHECK(config.tenancy->tenants()[0].customer == "Acme Ltd");
    CHECK(config.tenancy->tenants()[0].environment == "production");
    CHECK(config.tenancy->tenants()[0].tier == "dedicated");
    CHECK(config.tenancy->tenant_of(Dimension::database, "acme") == "acme");
    CHECK(config.tenancy->tenant_of(Dimension::header, "globex.example.com") == "globex");
    REQUIRE(config.targets.size() == 2);
    const TargetConfig& main = *config.targets[0].config;
    CHECK(main.limit == 3s);
    CHECK(main.tenant == "acme");
    CHECK(main.labels ==
          std::vector<std::pair<std::string, std::string>>{{"dc", "fra"}, {"rack", "7"}});
    CHECK(main.collectors == std::vector<CollectorSetting>{{false, 10s, 1h}, {true, 60s, 0s}});
    CHECK(fake::read.password == SecretSource{SecretSource::Kind::environment, "CACHE_PW"});
}

TEST_CASE("config: all errors of a file come at once, in the order of its lines", "[config]") {
    const std::string wrong_tenant =
        "f:14: tenants.list[0].name: a tenant's name is 1 to 63 of a-z, 0-9, - and _, not starting "
        "with - or _, found 'Acme'";
    const std::string wrong_exporter =
        "f:10: targets[1].exporter: expected one of fake, other, found 'fak'; did you mean fake?";
    CHECK(errors(R"(lisen: ["127.0.0.1:9069"]
limits: {scrape_timeout: ten, series: 5}
targets:
  - name: main
    exporter: fake
    address: db:1
    sslmod: x
    password: hunter2
    pasword_file: x
  - {name: cache, exporter: fak}
  - {exporter: other, address: x}
  - just text
tenants:
  list: [{name: Acme}]
  automatic: databases
)") == Texts{"f:1: unknown key lisen; did you mean listen?",
             "f:2: limits.scrape_timeout: expected a duration such as 10s, found 'ten'",
             "f:2: limits: unknown key series; did you mean series_per_target?",
             "f:7: targets[0]: unknown key sslmod",
             "f:8: targets[0]: unknown key password; did you mean password_file?",
             "f:9: targets[0]: unknown key pasword_file; did you mean password_file?",
             wrong_exporter, "f:11: targets[2]: name is required",
             "f:12: targets[3]: expected a mapping of keys to values, found 'just text'",
             wrong_tenant, "f:15: tenants: unknown key automatic"});
}

TEST_CASE("config: a file that cannot be read is an error without a line", "[config]") {
    CHECK(errors("") == Texts{"f:1: targets is required"});
    CHECK(errors("targets:\n") == Texts{"f:1: targets is required"});
    const LoadedConfig loaded = load_config("does/not/exist.yml", fake::kExporters);
    REQUIRE(loaded.errors.size() == 1);
    CHECK(to_text(loaded.errors[0]) ==
          "does/not/exist.yml: cannot open: No such file or directory");
    CHECK(errors("targets: [") == Texts{"f:1: not valid YAML: end of sequence flow not found"});
    CHECK(errors("- a\n") == Texts{"f:1: expected a mapping of keys to values at the top"});
}

TEST_CASE("config: addresses to listen on are checked", "[config]") {
    const auto listen = [](const std::string& address) {
        const LoadedConfig loaded = parse("targets: []\nlisten: ['" + address + "']");
        return loaded.errors.empty() ? std::string() : loaded.errors[0].text;
    };
    for (const char* fine : {"127.0.0.1:9069", "[::1]:0", "[::]:9069", "localhost:1", ":9069",
                             "unix:/run/erp_exporter/web.sock"}) {
        CHECK(listen(fine).empty());
    }
    CHECK(listen("9069") == "expected host:port, [v6]:port or unix:/path, found '9069'");
    CHECK(listen("127.0.0.1:") == "the port is a number from 0 to 65535, found '127.0.0.1:'");
    CHECK(listen("127.0.0.1:65536") ==
          "the port is a number from 0 to 65535, found '127.0.0.1:65536'");
    CHECK(listen("db1:9069") == "the host is an IP address, localhost or empty, found 'db1:9069'");
    CHECK(listen("::1:9069") ==
          "an IPv6 address, and only that, stands in brackets, found '::1:9069'");
    CHECK(listen("[127.0.0.1]:1") ==
          "an IPv6 address, and only that, stands in brackets, found '[127.0.0.1]:1'");
    CHECK(listen("unix:web.sock") ==
          "the path of a unix socket is absolute, found 'unix:web.sock'");
    CHECK(listen("unix:/" + std::string(107, 'x'))
              .starts_with("the path of a unix socket has at most 107 bytes, found "));
    CHECK(errors("targets: []\nlisten: []") ==
          Texts{"f:2: listen: expected 1 to 64 addresses, found 0"});
    CHECK(errors("targets: []\nlisten: [':1', ':1']") ==
          Texts{"f:2: listen[1]: the address is given twice"});
    CHECK(errors("targets: []\nlisten: ':1'") == Texts{"f:2: listen: expected a list, found ':1'"});
}

TEST_CASE("config: what /sd prints and asks for is checked", "[config]") {
    const auto advertise = [](const std::string& address) {
        const LoadedConfig loaded = parse("targets: []\nadvertise: '" + address + "'");
        return loaded.errors.empty() ? std::string() : loaded.errors[0].text;
    };
    for (const char* fine :
         {"erp1.example.com:9069", "10.0.0.1:1", "[2001:db8::1]:9069", "a_b:9"}) {
        CHECK(advertise(fine).empty());
    }
    for (const char* wrong :
         {"x/y:9069", "a b:9069", "[foo]:9069", "foo]:9069", "host:+9069", "host", "host:0",
          "u:p@host:9069", "http://host:9069", "2001:db8::1:9069"}) {
        CAPTURE(wrong);
        CHECK_FALSE(advertise(wrong).empty());
    }
    CHECK(errors("targets: []\nscrape_interval: 1ms") ==
          Texts{"f:2: scrape_interval: expected a duration from 1s to 1h, found '1ms'"});
    CHECK(
        errors("targets: []\nlimits: {response_bytes: lots, connections_per_address: 0}") ==
        Texts{"f:2: limits.connections_per_address: expected a whole number from 1 to 65535, found "
              "'0'",
              "f:2: limits.response_bytes: expected a size such as 16MiB, found 'lots'"});
}

TEST_CASE("config: limits have ranges", "[config]") {
    CHECK(errors("targets: []\nlimits: {scrape_timeout: 1ms, series_per_target: 0, connections: "
                 "65536}") ==
          Texts{"f:2: limits.scrape_timeout: expected a duration from 100ms to 5m, found '1ms'",
                "f:2: limits.series_per_target: expected a whole number from 1 to 10000000, found "
                "'0'",
                "f:2: limits.connections: expected a whole number from 1 to 65535, found '65536'"});
}

TEST_CASE("config: tenants and rules are checked", "[config]") {
    CHECK(errors("targets: []\ntenants: {list: [{name: a}, {name: a}, {customer: x}]}") ==
          Texts{"f:2: tenants.list[1]: tenant a is on the list twice; first in line 2",
                "f:2: tenants.list[2]: name is required"});
    CHECK(errors("targets: []\ntenants: {list: [{name: a, tier: " + std::string(257, 'x') +
                 "}]}") == Texts{"f:2: tenants.list[0].tier: expected at most 256 bytes of text"});
    const auto rule = [](const std::string& keys) {
        return errors("targets: []\ntenants:\n  list: [{name: acme}]\n  rules:\n  - {" + keys +
                      "}\n");
    };
    CHECK(
        rule("from: db, match: a, tenant: acme") ==
        Texts{
            "f:5: tenants.rules[0].from: expected one of database, host, router, service, header, "
            "key_prefix, found 'db'"});
    CHECK(rule("from: host") == Texts{"f:5: tenants.rules[0]: match is required",
                                      "f:5: tenants.rules[0]: tenant is required"});
    CHECK(
        rule("from: host, match: a, tenant: acmee") ==
        Texts{
            "f:5: tenants.rules[0].tenant: tenant 'acmee' is not on the list; did you mean acme?"});
    CHECK(rule("from: host, match: '([a', tenant: acme") ==
          Texts{"f:5: tenants.rules[0]: not a valid pattern: missing ]: [a"});
    CHECK(rule("from: host, match: '^(a)$', tenant: $2") ==
          Texts{"f:5: tenants.rules[0]: the tenant uses $2, but the pattern has 1 group"});
    CHECK(rule("from: host, match: " + std::string(1001, 'a') + ", tenant: acme") ==
          Texts{"f:5: tenants.rules[0].match: expected at most 1000 bytes of text"});
    CHECK(rule("from: host, match: a, tenant: acme, prio: 1") ==
          Texts{"f:5: tenants.rules[0]: unknown key prio"});
}

/// Stands in for a system that the examples monitor: any key is fine, the frame's keys are checked.
TargetFactory any_key(ConfigMap& entry, TargetConfig& /*config*/, const Tenancy& /*tenancy*/) {
    (void)entry.entries();
    return nullptr;
}

TEST_CASE("config: the installed file and the examples have no error", "[config]") {
    Exporter first = fake::kOther;
    first.name = "postgres";
    first.configure = any_key;
    Exporter second = first;
    second.name = "redis";
    Exporter third = first;
    third.name = "traefik";
    Exporter fourth = first;
    fourth.name = "odoo";
    const Exporter* const exporters[] = {&first, &second, &third, &fourth};
    const std::string folder = ERP_SOURCE_DIR "/config/";
    for (const char* file :
         {"erp_exporter.yml", "examples/minimal.yml", "examples/tenants-on-a-shared-cluster.yml",
          "examples/tenants.yml", "examples/traefik.yml", "examples/odoo.yml"}) {
        const LoadedConfig loaded = load_config(folder + file, exporters);
        for (const ConfigError& error : loaded.errors)
            UNSCOPED_INFO(to_text(error));
        REQUIRE(loaded.config);
        CHECK_FALSE(loaded.config->targets.empty());
    }
    const Config shared =
        *load_config(folder + "examples/tenants-on-a-shared-cluster.yml", exporters).config;
    const auto tenant = [&](std::string_view datname) {
        return shared.tenancy->tenant_of(Dimension::database, datname);
    };
    CHECK(tenant("legacy_erp") == "globex");
    CHECK(tenant("acme_test7") == "acme-staging");
    CHECK(tenant("globex_test") == std::nullopt);
    CHECK(tenant("acme") == "acme");
    CHECK(tenant("postgres") == std::nullopt);
}

}  // namespace
}  // namespace erp
