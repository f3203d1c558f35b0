#pragma once

#include "core/tail/log_options.hpp"
#include "core/yaml/options.hpp"
#include "exporters/traefik/log/line_parser.hpp"
#include "exporters/traefik/routing/path_template.hpp"
#include "exporters/traefik/routing/workload.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace erp::traefik {

/// One proxy, by its access log.
struct TraefikOptions {
    tail::LogOptions log;
    LogFormat format = LogFormat::detect;
    ClfQuotes clf_quotes = ClfQuotes::unknown;
    bool full_histograms = false;  ///< with all bounds and labels that there are
    /// Names that Traefik may put before a router's, where the log names no entrypoint; by default
    /// those of its documentation, its Helm chart and version 1.
    std::vector<std::string> entrypoints = {"web", "websecure", "http", "https"};
    std::string tenant_header;  ///< canonical name of a kept request header; empty: none
    std::vector<WorkloadClass> classes = default_classes();
    std::vector<PathTemplate> path_templates = default_path_templates();
};

[[nodiscard]] std::span<const Option* const> option_rows();
/// Reads a target's entry; problems go to the reader, which then refuses the configuration.
[[nodiscard]] TraefikOptions read_traefik_options(ConfigMap& entry);

}  // namespace erp::traefik
