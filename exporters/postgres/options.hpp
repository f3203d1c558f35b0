#pragma once

#include "core/yaml/options.hpp"
#include "exporters/postgres/client/session.hpp"
#include "exporters/postgres/collector.hpp"

#include <span>

namespace erp::postgres {

/// What a target's entry says beyond what every target has.
struct TargetOptions {
    SessionOptions session;
    PageOptions page;
};

[[nodiscard]] std::span<const Option* const> option_rows();
/// Reads a target's entry; problems go to the reader, which then refuses the configuration.
[[nodiscard]] TargetOptions read_target_options(ConfigMap& entry);

}  // namespace erp::postgres
