#pragma once

#include <string_view>

namespace erp::odoo {

/// Whether a text is a version as Odoo's release.py makes them: "14.0", "saas~17.4",
/// "17.0+e-20240924", "19.0alpha1". What comes behind "Odoo version " may be a client's.
[[nodiscard]] bool is_release(std::string_view text);
/// 17 of "17.0-20240924" and of "saas~17.2"; 0: this is no version.
[[nodiscard]] int to_major_version(std::string_view version);

}  // namespace erp::odoo
