#pragma once

#include "core/yaml/options.hpp"
#include "exporters/postgres/session.hpp"

#include <optional>

namespace erp::postgres {

[[nodiscard]] std::span<const Option* const> option_rows();
/// Reads a target's entry; problems go to the reader, which then refuses the configuration.
[[nodiscard]] SessionOptions read_session_options(ConfigMap& entry);

}  // namespace erp::postgres
