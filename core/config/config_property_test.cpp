#include "core/config/config.hpp"
#include "core/config/fake_exporter.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace erp {
namespace {

/// A file with all keys, where a word that must not be seen stands in each place of a credential.
constexpr std::string_view kFile = R"(listen: ["127.0.0.1:9069", "unix:/run/erp.sock"]
limits: {scrape_timeout: 5s, connections: 30}
tenants:
  list:
    - {name: acme, customer: Acme Ltd, tier: dedicated}
  rules:
    - {from: database, match: '^([a-z]+)$', tenant: '$1'}
    - {from: host, match: acme.example.com, tenant: acme}
targets:
  - &main
    name: main
    exporter: fake
    address: db:1
    password: hunter2
    api_token: [hunter2, {a: hunter2}]
    secret: {timeout: hunter2}
    password_env: hunter2
    timeout: 3s
    labels: {dc: fra}
    collectors: {sizes: {enabled: off, interval: 1h}, settings: on}
  - {<<: *main, name: cache, exporter: other}
)";

/// What else a file may say; without a credential in it.
constexpr std::string_view kMore = R"(
  - {name: more, exporter: fake, address: x, expected_replicas: 2, role: sessions}
tenants:
  auto: databases
  directory: /does/not/exist
  objectives: {availability: 99.9%, rpo: {database: 1h}, latency: {web: 1s}, rto: 4h}
  maintenance:
    - {days: [sat], from: "22:00", to: "04:00", timezone: "+02:00"}
    - {from: 2026-12-01T22:00:00Z, to: 2026-12-02T02:00:00Z}
  list: [{name: acme, objectives: {workflow: {w: 1h}}, maintenance: [{from: "1:00", to: "2:00"}]}]
)";

constexpr std::string_view kPieces[] = {"\n", "  ", "- ", ": ",  "{",  "}", "[",   "]",
                                        ",",  "'",  "\"", "&x ", "*x", "|", "#",   "<<: *main",
                                        "~",  "9s", "on", "\t",  "!",  "%", "...", "---\n"};

TEST_CASE("config: a file with random edits is a configuration or a list of errors by line",
          "[config]") {
    std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): the same edits in each run
    const auto below = [&](std::size_t limit) { return random() % limit; };
    for (int round = 0; round < 4000; ++round) {
        std::string text(round % 2 == 0 ? kFile : std::string_view("targets:"));
        if (round % 2 != 0) text += kMore;
        for (std::size_t edits = below(4); edits > 0; --edits) {
            const std::size_t at = below(text.size());
            switch (below(4)) {
                case 0:
                    text.insert(at, kPieces[below(std::size(kPieces))]);
                    break;
                case 1:
                    text.erase(at, 1 + below(6));
                    break;
                case 2:
                    text[at] = static_cast<char>(random());
                    break;
                default:
                    text.insert(at, text.substr(below(text.size()), below(40)));
                    break;
            }
        }
        const LoadedConfig loaded = parse_config("f.yml", text, fake::kExporters);
        CHECK(loaded.config.has_value() == loaded.errors.empty());
        int line = 0;
        for (const ConfigError& error : loaded.errors) {
            CAPTURE(text, to_text(error));
            CHECK(error.line >= line);
            line = error.line;
            CHECK_FALSE(error.text.empty());
        }
    }
}

TEST_CASE("config: no error of a wrong file shows a credential", "[config]") {
    const std::string text(kFile);
    // One stray piece at any place turns keys, values and lists into each other.
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const std::string_view piece : kPieces) {
            std::string edited = text;
            edited.insert(at, piece);
            for (const ConfigError& error :
                 parse_config("f.yml", edited, fake::kExporters).errors) {
                if (to_text(error).find("hunter2") == std::string::npos) continue;
                CAPTURE(edited);
                FAIL(to_text(error));
            }
        }
    }
}

}  // namespace
}  // namespace erp
