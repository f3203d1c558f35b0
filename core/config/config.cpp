#include "core/config/config.hpp"

#include "core/config/limits.hpp"
#include "core/config/listen.hpp"
#include "core/config/targets.hpp"
#include "core/config/tenants.hpp"

#include <chrono>
#include <utility>

namespace erp {
namespace {

using namespace std::chrono_literals;

LoadedConfig check(const ConfigDocument& document, std::span<const Exporter* const> exporters) {
    Config config;
    std::vector<ConfigError> of_files;
    if (auto root = document.root()) {
        if (const auto listen = root->get("listen")) config.listen = read_listen(*listen);
        if (const auto advertise = root->get("advertise")) {
            config.advertise = read_advertise(*advertise);
        }
        if (const auto interval = root->get("scrape_interval")) {
            config.scrape_interval = interval->duration(1s, 1h);
        }
        if (const auto limits = root->get("limits")) config.limits = read_limits(*limits);
        if (const auto native = root->get("native_histograms")) {
            config.native_histograms = native->boolean().value_or(false);
        }
        ReadTenants tenants = read_tenants(root->get("tenants"));
        config.tenancy = std::move(tenants.tenancy);
        of_files = std::move(tenants.errors);
        // Required: a file that somebody emptied must not take every target away at the next
        // reload.
        if (const auto targets = root->require("targets")) {
            TargetConfig defaults;
            defaults.native_histograms = config.native_histograms;
            defaults.scrape_interval = config.scrape_interval;
            config.targets = read_targets(*targets, exporters, *config.tenancy, defaults);
        }
        root->finish();
    }
    LoadedConfig loaded;
    loaded.errors = document.errors();
    loaded.errors.insert(loaded.errors.end(), of_files.begin(), of_files.end());
    if (loaded.errors.empty()) loaded.config = std::move(config);
    return loaded;
}

}  // namespace

LoadedConfig load_config(const std::string& file, std::span<const Exporter* const> exporters) {
    return check(ConfigDocument::read(file), exporters);
}

LoadedConfig parse_config(std::string file,
                          const std::string& text,
                          std::span<const Exporter* const> exporters) {
    return check(ConfigDocument::parse(std::move(file), text), exporters);
}

}  // namespace erp
