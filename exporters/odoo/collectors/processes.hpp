#pragma once

#include "core/metrics/samples.hpp"
#include "exporters/odoo/processes/picture.hpp"

namespace erp::odoo {

/// Without a master only the counters.
void add_processes(const ProcessPicture& picture, Samples& samples);

}  // namespace erp::odoo
