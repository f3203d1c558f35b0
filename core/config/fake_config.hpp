#pragma once

#include "core/config/config.hpp"
#include "core/config/fake_exporter.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

/// Texts as configurations of the fake exporters, for the tests of this folder.
namespace erp::fake {

using Texts = std::vector<std::string>;

inline LoadedConfig parse(const std::string& text) {
    return parse_config("/etc/erp/f.yml", text, kExporters);
}

inline Config good(const std::string& text) {
    LoadedConfig loaded = parse(text);
    for (const ConfigError& error : loaded.errors)
        UNSCOPED_INFO(to_text(error));
    REQUIRE(loaded.config);
    CHECK(loaded.errors.empty());
    return std::move(*loaded.config);
}

/// "line: path: text" of each error.
inline Texts errors(const std::string& text) {
    const LoadedConfig loaded = parse(text);
    CHECK_FALSE(loaded.config);
    Texts all;
    for (ConfigError error : loaded.errors) {
        CHECK(error.file == "/etc/erp/f.yml");
        error.file = "f";
        all.push_back(to_text(error));
    }
    return all;
}

}  // namespace erp::fake
