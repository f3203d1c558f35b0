#include "core/config/reference.hpp"

#include "core/config/fake_exporter.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp {
namespace {

constexpr const Exporter* kOne[] = {&fake::kExporter};

std::string from(const std::string& text, std::string_view mark) {
    const std::size_t at = text.find(mark);
    REQUIRE(at != std::string::npos);
    return text.substr(at);
}

TEST_CASE("reference: options of an exporter and its collectors are a table each", "[config]") {
    CHECK(from(option_reference(kOne), "## Exporter fake") == R"(## Exporter fake

A system that does not exist.

| key | value | default | meaning |
| --- | --- | --- | --- |
| `address` | host:port | required | Where the server is. |
| `keepalive` | duration | `30s` | Sign of life. |
| `local` | on or off | `off` | This host \| or not. |
| `password_file` | file | | Holds the password. |
| `password_env` | variable | | Holds the password. |
| `password_credential` | credential | | Holds the password. |
| `beside` | name of a target | | What runs beside it. |

Collectors:

| collector | default | minimum age | interval | what it reads |
| --- | --- | --- | --- | --- |
| `sizes` | on | 0s | 5m | Sizes of databases. |
| `settings` | off | 1m | | Settings of the server. |
)");
}

TEST_CASE("reference: metrics tell type, unit, labels, source, help and stability", "[config]") {
    CHECK(from(metric_reference(kOne), "## Exporter fake") == R"(## Exporter fake

A system that does not exist.

### Of every target

| name | type | unit | labels | source | help | stability |
| --- | --- | --- | --- | --- | --- | --- |
| `fake_up` | gauge | | `server` | exporter | Whether it answered. | stable |

### Collector `sizes`

Sizes of databases.

| name | type | unit | labels | source | help | stability |
| --- | --- | --- | --- | --- | --- | --- |
| `fake_size_bytes` | gauge | bytes | `datname`; tenant by database | catalog.size | Size of a database. | stable |

### Collector `settings`

Settings of the server. Off by default.

| name | type | unit | labels | source | help | stability |
| --- | --- | --- | --- | --- | --- | --- |
| `fake_old_count` | counter | | | INFO a\|b | Kept from a peer. | experimental, compatibility name |
| `fake_settings_*` | gauge | | | settings | One per setting. | stable, names made at run time, at most 1000 |
)");
}

TEST_CASE("reference: the daemon's own metrics and the file's own keys come first", "[config]") {
    const std::string metrics = metric_reference({});
    CHECK(metrics.starts_with("# Metrics\n"));
    CHECK(metrics.find("| `erp_exporter_target_up` | gauge |") != std::string::npos);
    const std::string options = option_reference({});
    std::size_t before = 0;
    for (const char* title : {"# Options\n", "\n## listen\n", "\n## limits\n", "\n## tenants\n",
                              "\n## Every target\n"}) {
        const std::size_t at = options.find(title);
        REQUIRE(at != std::string::npos);
        CHECK(at >= before);
        before = at;
    }
    for (const Option& option : config_options()) {
        CHECK(options.find("| `" + std::string(option.key) + "` |") != std::string::npos);
    }
}

/// YAML with `value` under a dotted key of the reference: "a.b[].c" is {a: {b: [{c: value}]}}.
std::string nested(std::string_view key, const std::string& value) {
    const std::size_t dot = key.find('.');
    std::string_view name = key.substr(0, dot);
    std::string inner = dot == std::string_view::npos ? value : nested(key.substr(dot + 1), value);
    if (name.ends_with("[]")) {
        name.remove_suffix(2);
        const std::string entry = name == "targets" ? "exporter: fake, name: x, address: x, " : "";
        if (inner != "{exporter: x}" && inner != "{name: x}") inner.insert(1, entry);
        inner = "[" + inner + "]";
    }
    if (name == "<collector>") name = "sizes";
    std::string text = "{";
    return text.append(name).append(": ").append(inner).append("}");
}

TEST_CASE("reference: each documented key of the file is one that the file may have", "[config]") {
    for (const Option& option : config_options()) {
        CAPTURE(option.key);
        const std::string text = nested(option.key, "x");
        for (const ConfigError& error : parse_config("f", text, kOne).errors) {
            CHECK(to_text(error).find("unknown key") == std::string::npos);
            CHECK(to_text(error).find("not valid YAML") == std::string::npos);
        }
        const auto wrong = parse_config("f", nested(std::string(option.key) + "q", "x"), kOne);
        CHECK_FALSE(wrong.errors.empty());
    }
}

}  // namespace
}  // namespace erp
