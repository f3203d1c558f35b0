#include "core/daemon/config_source.hpp"

#include <utility>

namespace erp {

const std::string ConfigSource::kLocal = "the servers of this host";

LoadedConfig ConfigSource::config_of_found() const {
    return parse_config(kLocal, to_yaml(found_), exporters_);
}

LoadedConfig ConfigSource::load() {
    if (!is_local()) return load_config(file_, exporters_);
    found_ = find_local_servers(exporters_, found_);
    return config_of_found();
}

std::optional<LoadedConfig> ConfigSource::look_again() {
    if (!is_local()) return std::nullopt;
    std::vector<LocalServer> now = find_local_servers(exporters_, found_);
    if (now.size() == found_.size()) return std::nullopt;
    found_ = std::move(now);
    return config_of_found();
}

}  // namespace erp
