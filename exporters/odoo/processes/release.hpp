#pragma once

#include "exporters/odoo/processes/proc_folder.hpp"

#include <string>
#include <string_view>

namespace erp::odoo {

/// The first version that takes settings of its environment (ODOO_WORKERS, …). To those before it
/// such variables are what they are to us: Kubernetes sets ODOO_HTTP_PORT=tcp://10.0.0.1:8069 for
/// any service called odoo-http.
inline constexpr int kReadsEnvironment = 19;

/// Of odoo/release.py; 0: it does not say.
[[nodiscard]] int release_in(std::string_view release_py);
/// The major version of the sources behind a process that runs the script `script`, which is where
/// a checkout, a package or pip puts them; 0: not found, or we may not look there.
[[nodiscard]] int release_of(const ProcFolder& proc, int pid, const std::string& script);

}  // namespace erp::odoo
