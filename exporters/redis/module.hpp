#pragma once

#include "core/scrape/exporter.hpp"

namespace erp::redis {

extern const Exporter kExporter;

}  // namespace erp::redis
