#pragma once

#include "core/scrape/exporter.hpp"

#include <span>
#include <string>

namespace erp {

/// The references as Markdown, printed by `erp_exporter options` and `erp_exporter metrics` and
/// kept in config/. They are made from the tables alone, so they cannot say anything else than the
/// program does.
[[nodiscard]] std::string option_reference(std::span<const Exporter* const> exporters);
[[nodiscard]] std::string metric_reference(std::span<const Exporter* const> exporters);

}  // namespace erp
