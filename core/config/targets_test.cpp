#include "core/config/targets.hpp"

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

/// Errors of one target with the given further keys, without their line and path.
Texts target_errors(const std::string& keys) {
    const LoadedConfig loaded = parse(
        "tenants: {list: [{name: acme}]}\ntargets:\n- {name: main, exporter: fake, address: a, " +
        keys + "}\n");
    Texts all;
    for (const ConfigError& error : loaded.errors)
        all.push_back(error.path + ": " + error.text);
    return all;
}

TEST_CASE("targets: a target needs its exporter, name and address, nothing more", "[config]") {
    const Config config = good("targets: [{name: main, exporter: fake, address: 'db:1'}]\n");
    REQUIRE(config.targets.size() == 1);
    const ConfiguredTarget& target = config.targets[0];
    CHECK(target.exporter == &fake::kExporter);
    CHECK(target.make);
    CHECK(target.config->name == "main");
    CHECK(target.config->exporter == "fake");
    CHECK(target.config->limit == 10s);
    CHECK(target.config->tenant.empty());
    CHECK(target.config->collectors ==
          std::vector<CollectorSetting>{{true, 0s, 5min}, {false, 60s, 0s}});
    CHECK(fake::read.address == "db:1");
    CHECK(fake::read.keepalive == 30s);
}

TEST_CASE("targets: secret files and credentials are bound by kind", "[config]") {
    const auto read = [](const std::string& key) {
        (void)good("targets: [{name: a, exporter: fake, address: b, " + key + "}]");
        return fake::read.password;
    };
    CHECK(read("password_file: keys/main") ==
          SecretSource{SecretSource::Kind::file, "/etc/erp/keys/main"});
    CHECK(read("password_file: /run/main") == SecretSource{SecretSource::Kind::file, "/run/main"});
    CHECK(read("password_credential: main") ==
          SecretSource{SecretSource::Kind::credential, "main"});
}

TEST_CASE("targets: one that another names is there, before it or after it", "[config]") {
    const auto text = [](const std::string& name, const std::string& others) {
        return "targets:\n- {name: main, exporter: fake, address: a, beside: " + name + "}\n" +
               others;
    };
    const auto naming = [&text](const std::string& name, const std::string& others) {
        return errors(text(name, others));
    };
    const std::string others =
        "- {name: edge, exporter: other, address: b}\n- {name: aux, exporter: fake, address: c}\n";
    CHECK(good(text("edge", others)).targets.size() == 3);
    CHECK(naming("edg", others) == Texts{"f:2: targets[0].beside: no target of the exporter other "
                                         "has the name 'edg'; did you mean edge?"});
    CHECK(naming("aux", others) ==
          Texts{"f:2: targets[0].beside: no target of the exporter other has the name 'aux'"});
    // One error says enough.
    CHECK(naming("[edge]", others).size() == 1);
    CHECK(naming("edge", "- {name: edge, exporter: othr, address: b}\n").size() == 1);
}

TEST_CASE("targets: keys that every target has are checked", "[config]") {
    CHECK(
        errors("targets:\n- {name: 'a b', exporter: fake, address: x}\n"
               "- {name: c, exporter: fake, address: x}\n"
               "- {name: c, exporter: other, address: x}\n") ==
        Texts{"f:2: targets[0].name: a target's name is 1 to 64 letters, digits, _, . and -, found "
              "'a b'",
              "f:4: targets[2].name: another target in line 3 has the name 'c'"});
    CHECK(errors("targets: [{name: a}]") == Texts{"f:1: targets[0]: exporter is required"});
    CHECK(target_errors("timeout: 10m") ==
          Texts{"targets[0].timeout: expected a duration from 100ms to 5m, found '10m'"});
    CHECK(target_errors("tenant: acm") ==
          Texts{"targets[0].tenant: tenant 'acm' is not on the list; did you mean acme?"});
    CHECK(
        target_errors("password_file: a, password_env: B") ==
        Texts{"targets[0].password_env: a secret has one source: file, environment or credential"});
    CHECK(target_errors("password_env: 'hunter2!'") ==
          Texts{"targets[0].password_env: expected the name of an environment variable"});
    CHECK(
        target_errors("password_credential: ../x") ==
        Texts{"targets[0].password_credential: expected the name of a systemd credential, without "
              "slashes"});
    CHECK(errors("targets: [{name: a, exporter: fake}]") ==
          Texts{"f:1: targets[0]: address is required"});
}

TEST_CASE("targets: labels that a metric of the target has are refused", "[config]") {
    const auto labels = [](const std::string& keys) {
        return target_errors("labels: {" + keys + "}");
    };
    CHECK(labels("dc: fra, Rack_7: x").empty());
    for (const char* key :
         {"target", "exporter", "tenant", "job", "instance", "__x", "le", "quantile"}) {
        CHECK(labels(std::string(key) + ": x") ==
              Texts{std::string("targets[0].labels.") + key + ": the label is reserved"});
    }
    CHECK(labels("server: x") == Texts{"targets[0].labels.server: the label is one of fake_up"});
    CHECK(labels("datname: x") ==
          Texts{"targets[0].labels.datname: the label is one of fake_size_bytes"});
    CHECK(labels("collector: x") ==
          Texts{"targets[0].labels.collector: the label is one of erp_exporter_collector_success"});
    CHECK(labels("my-dc: x") ==
          Texts{"targets[0].labels.my-dc: a label's name is letters, digits and _, at most 64"});
    CHECK(labels("dc: " + std::string(257, 'x')) ==
          Texts{"targets[0].labels.dc: expected at most 256 bytes of text"});
    CHECK(labels("dc: ") == Texts{"targets[0].labels.dc: expected text, found nothing"});
    CHECK(labels("dc: a, dc: b") == Texts{"targets[0].labels: dc is given twice; first in line 3"});
    // Another exporter's metrics do not count.
    CHECK(good("targets: [{name: a, exporter: other, address: x, labels: {server: y}}]")
              .targets.size() == 1);
}

TEST_CASE("targets: collectors are known, and only watchers have an interval", "[config]") {
    const auto collectors = [](const std::string& keys) {
        return target_errors("collectors: {" + keys + "}");
    };
    CHECK(collectors("sizes: off, settings: {enabled: on}").empty());
    CHECK(collectors("size: on") ==
          Texts{"targets[0].collectors.size: unknown collector size; did you mean sizes?"});
    CHECK(collectors("sizes: maybe") ==
          Texts{"targets[0].collectors.sizes: expected on or off, found 'maybe'"});
    CHECK(
        collectors("settings: {interval: 5s}") ==
        Texts{"targets[0].collectors.settings.interval: collector settings asks the server at each "
              "scrape and has no interval"});
    CHECK(collectors("sizes: {interval: 500ms, minimum_age: 2h}") ==
          Texts{"targets[0].collectors.sizes.interval: expected a duration from 1s to 1d, found "
                "'500ms'",
                "targets[0].collectors.sizes.minimum_age: expected a duration from 0s to 1h, found "
                "'2h'"});
    CHECK(collectors("sizes: {age: 5s}") == Texts{"targets[0].collectors.sizes: unknown key age"});
}

TEST_CASE("targets: identity is the conversation, not how its result is shown", "[config]") {
    const auto identity = [](const std::string& keys) {
        return good(
                   "tenants: {list: [{name: acme}]}\n"
                   "targets: [{name: a, exporter: fake, address: x, " +
                   keys + "}]")
            .targets[0]
            .config->identity;
    };
    const std::string plain = identity("");
    CHECK(identity("labels: {dc: fra}") == plain);
    CHECK(identity("tenant: acme") == plain);
    CHECK(identity("native_histograms: on") == plain);
    CHECK(identity("role: sessions, expected_replicas: 2") == plain);
    CHECK(identity("collectors: {settings: on, sizes: {minimum_age: 5s}}") == plain);
    CHECK(identity("collectors: {sizes: off}") != plain);
    CHECK(identity("collectors: {sizes: {interval: 300s}}") == plain);  // the default, said
    CHECK(identity("collectors: {sizes: {interval: 1m}}") != plain);
    CHECK(identity("keepalive: 1m") != plain);
    CHECK(identity("password_env: A") != identity("password_env: B"));
    CHECK(plain == good("# moved\n\ntargets:\n- address: 'x'\n  exporter: fake\n  name: a\n")
                       .targets[0]
                       .config->identity);
}

TEST_CASE("targets: a role and the replicas it should have are said by the target", "[config]") {
    const Config config = good(
        "targets:\n- {name: a, exporter: fake, address: x, role: sessions, expected_replicas: 2}\n"
        "- {name: b, exporter: fake, address: x}\n");
    CHECK(config.targets[0].config->role == "sessions");
    CHECK(config.targets[0].config->expected_replicas == 2);
    CHECK(config.targets[1].config->role.empty());
    CHECK(config.targets[1].config->expected_replicas == std::nullopt);
    CHECK(target_errors("role: 'two words'") ==
          Texts{"targets[0].role: a role is 1 to 64 letters, digits, _, . and -, found "
                "'two words'"});
    CHECK(
        target_errors("expected_replicas: -1") ==
        Texts{"targets[0].expected_replicas: expected a whole number from 0 to 1000, found '-1'"});
    CHECK(target_errors("expected_replica: 1") ==
          Texts{"targets[0]: unknown key expected_replica; did you mean expected_replicas?"});
}

TEST_CASE("targets: native histograms are off, as the file says, or as the target says",
          "[config]") {
    const auto shown = [](const std::string& file, const std::string& target) {
        const Config config =
            good(file + "\ntargets: [{name: a, exporter: fake, address: x, " + target + "}]");
        return std::pair(config.native_histograms, config.targets[0].config->native_histograms);
    };
    CHECK(shown("", "") == std::pair(false, false));
    CHECK(shown("", "native_histograms: on") == std::pair(false, true));
    CHECK(shown("native_histograms: on", "") == std::pair(true, true));
    CHECK(shown("native_histograms: on", "native_histograms: off") == std::pair(true, false));
    CHECK(target_errors("native_histograms: 2").size() == 1);
}

TEST_CASE("targets: targets may share keys by an anchor", "[config]") {
    const Config config = good(
        "targets:\n"
        "- &one {name: one, exporter: fake, address: x, keepalive: 1m}\n"
        "- {<<: *one, name: two}\n");
    REQUIRE(config.targets.size() == 2);
    CHECK(config.targets[1].config->name == "two");
    CHECK(fake::read.keepalive == 1min);
}

}  // namespace
}  // namespace erp
