#pragma once

#include "core/scrape/estate.hpp"
#include "core/yaml/options.hpp"
#include "core/yaml/reader.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace erp {

/// A configuration that was checked: it cannot be had otherwise than through load_config().
struct Config : Estate {
    std::vector<std::string> listen{"127.0.0.1:9069"};
    std::string advertise;                    ///< host:port that /sd prints; empty: our own
    std::optional<Duration> scrape_interval;  ///< of the daemon itself in /sd
};

struct LoadedConfig {
    std::optional<Config> config;     ///< nothing when there are errors
    std::vector<ConfigError> errors;  ///< all of them, file by file, in the order of lines
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
