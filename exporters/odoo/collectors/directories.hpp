#pragma once

#include "core/metrics/samples.hpp"
#include "exporters/odoo/directories/picture.hpp"

namespace erp::odoo {

void add_directories(const DirectoryPicture& picture, Samples& samples);

}  // namespace erp::odoo
