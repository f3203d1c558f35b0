#pragma once

#include "core/scrape/exporter.hpp"

namespace erp::odoo {

extern const Exporter kExporter;

}  // namespace erp::odoo
