#pragma once

#include "core/scrape/exporter.hpp"

namespace erp::traefik {

extern const Exporter kExporter;

}  // namespace erp::traefik
