#pragma once

#include "core/config/reader.hpp"
#include "core/scrape/exporter.hpp"
#include "core/scrape/target.hpp"
#include "core/tenancy/tenancy.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace erp {

/// `limits:`; each is an operator's decision, see the option reference.
struct Limits {
    Duration scrape_timeout = std::chrono::seconds(10);  ///< longest wait of a page
    std::size_t series_per_target = 50'000;
    std::size_t series_per_page = 1'000'000;
    std::size_t connections = 256;  ///< of HTTP clients at once
};

struct ConfiguredTarget {
    std::shared_ptr<const TargetConfig> config;
    const Exporter* exporter = nullptr;
    TargetFactory make;
};

/// A configuration that was checked: it cannot be had otherwise than through load_config().
struct Config {
    std::vector<std::string> listen{"127.0.0.1:9069"};
    Limits limits;
    std::shared_ptr<const Tenancy> tenancy = std::make_shared<const Tenancy>();  ///< never null
    std::vector<ConfiguredTarget> targets;  ///< names are unique
};

struct LoadedConfig {
    std::optional<Config> config;     ///< nothing when there are errors
    std::vector<ConfigError> errors;  ///< all of them, in the order of their lines
};

/// Reads and checks the whole file against the given exporters. Nothing is connected.
[[nodiscard]] LoadedConfig load_config(const std::string& file,
                                       std::span<const Exporter* const> exporters);
[[nodiscard]] LoadedConfig parse_config(std::string file,
                                        const std::string& text,
                                        std::span<const Exporter* const> exporters);

/// Keys of the file itself (listen, limits, tenants, and those that every target has), for the
/// reference.
[[nodiscard]] std::span<const Option> config_options();

}  // namespace erp
