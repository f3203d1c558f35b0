#pragma once

#include "core/tail/unwrapper.hpp"
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
    std::vector<std::string> logs;  ///< paths or patterns of glob(7), each an entry of its own
    LogFormat format = LogFormat::detect;
    tail::Wrapping wrapper = tail::Wrapping::detect;
    bool from_beginning = false;   ///< of a log that was never read
    bool full_histograms = false;  ///< with all bounds and labels that there are
    std::string tenant_header;     ///< canonical name of a kept request header; empty: none
    std::vector<WorkloadClass> classes = default_classes();
    std::vector<PathTemplate> path_templates = default_path_templates();
};

[[nodiscard]] std::span<const Option* const> option_rows();
/// Reads a target's entry; problems go to the reader, which then refuses the configuration.
[[nodiscard]] TraefikOptions read_traefik_options(ConfigMap& entry);

}  // namespace erp::traefik
