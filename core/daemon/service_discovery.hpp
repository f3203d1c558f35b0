#pragma once

#include "core/base/deadline.hpp"
#include "core/scrape/target_runner.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace erp {

/// The host:port that scrapers of other hosts reach us at: that of the first TCP address we serve
/// that is not this host's alone, with this host's name where the address is every address; a
/// loopback address if there is no other; nothing if there is none.
[[nodiscard]] std::optional<std::string> reachable_address(std::span<const std::string> served,
                                                           const std::string& host_name);

/// The body of /sd for Prometheus' http_sd_configs: each target at /probe with its labels and
/// tenant, the daemon at /self. Labels that begin with __ decide how Prometheus asks
/// (https://prometheus.io/docs/prometheus/latest/http_sd/).
[[nodiscard]] std::string to_http_sd(const std::string& address,
                                     std::span<const std::shared_ptr<const TargetConfig>> targets,
                                     std::optional<Duration> daemon_interval);

}  // namespace erp
