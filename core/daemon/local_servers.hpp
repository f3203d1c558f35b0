#pragma once

#include "core/scrape/exporter.hpp"

#include <span>
#include <string>
#include <vector>

namespace erp {

/// A server of this host, as a target of the configuration.
struct LocalServer {
    std::string name;
    std::string exporter;
    std::string address;
    bool operator==(const LocalServer&) const = default;
};

/// Servers that take a connection at one of the exporters' places, in the order of the tables; two
/// places of one name are one server. Connects and closes, says nothing; takes some milliseconds,
/// so call it on a worker. Those in `known` are not connected to again and stay.
[[nodiscard]] std::vector<LocalServer> find_local_servers(
    std::span<const Exporter* const> exporters, std::span<const LocalServer> known = {});

/// A configuration with these as its targets.
[[nodiscard]] std::string to_yaml(std::span<const LocalServer> servers);

}  // namespace erp
