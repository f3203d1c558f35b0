#pragma once

#include "core/metrics/samples.hpp"
#include "core/tenancy/tenancy.hpp"
#include "exporters/odoo/directories/picture.hpp"

namespace erp::odoo {

/// Folders whose names no rule attributes to a tenant are `_other`: whoever may create a database,
/// or a folder, must not make series.
void add_directories(const DirectoryPicture& picture, const Tenancy& tenancy, Samples& samples);

}  // namespace erp::odoo
