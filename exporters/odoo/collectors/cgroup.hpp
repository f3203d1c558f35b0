#pragma once

#include "core/metrics/samples.hpp"
#include "exporters/odoo/processes/cgroup.hpp"

namespace erp::odoo {

void add_cgroup(const Cgroup& cgroup, Samples& samples);

}  // namespace erp::odoo
