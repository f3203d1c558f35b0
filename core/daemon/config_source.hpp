#pragma once

#include "core/config/config.hpp"
#include "core/daemon/local_servers.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace erp {

/// Where the configuration comes from: a file, or, without one, the servers of this host. Blocks
/// for files and connects; one call at a time, on a worker.
class ConfigSource {
  public:
    /// An empty `file` means the servers of this host.
    ConfigSource(std::string file, std::span<const Exporter* const> exporters)
        : file_(std::move(file)), exporters_(exporters) {}

    [[nodiscard]] bool is_local() const { return file_.empty(); }
    /// "the file …" or "the servers of this host", for the log.
    [[nodiscard]] const std::string& name() const { return is_local() ? kLocal : file_; }

    /// Of this host: with what was found before. A server that stops is seen to be down, also if
    /// somebody reloads meanwhile; only a restart forgets it.
    [[nodiscard]] LoadedConfig load();
    /// Of this host: load(), if there are servers that were not there before; else nothing.
    [[nodiscard]] std::optional<LoadedConfig> look_again();

  private:
    static const std::string kLocal;
    [[nodiscard]] LoadedConfig config_of_found() const;

    std::string file_;
    std::span<const Exporter* const> exporters_;
    std::vector<LocalServer> found_;
};

}  // namespace erp
