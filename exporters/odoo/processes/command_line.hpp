#pragma once

#include "exporters/odoo/processes/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::odoo {

/// The arguments in /proc/<pid>/cmdline, each ended by NUL. Empty ones at the end are dropped:
/// setproctitle leaves a row of them.
[[nodiscard]] std::vector<std::string_view> to_arguments(std::string_view cmdline);

/// Whether an interpreter of Python runs, whatever its script is.
[[nodiscard]] bool runs_python(const std::vector<std::string_view>& arguments);

/// What the command line of an Odoo says.
struct OdooCommand {
    /// `server` also when none is given; else `gevent`, `shell`, `scaffold`, ….
    std::string command = {};
    std::string script = {};  ///< its path as told, or `odoo`, the module
    std::string config = {};  ///< of -c; empty: not given
    bool one_shot = false;    ///< ends by itself: --stop-after-init, --i18n-export, --help, …
    Settings settings = {};
};

/// Nothing when this is no Odoo: a Python that runs a script called odoo, odoo-bin, openerp-server,
/// … or the module odoo, or such a script itself.
[[nodiscard]] std::optional<OdooCommand> to_odoo_command(
    const std::vector<std::string_view>& arguments);

/// Adds what Odoo 19 takes of its environment (ODOO_WORKERS for `workers`, and so on) from the text
/// of /proc/<pid>/environ, whose secrets are not looked at. A number that is none is left out.
void read_environment(std::string_view environ, Settings& settings);
/// The value of a variable there: ODOO_RC or HOME.
[[nodiscard]] std::optional<std::string> find_variable(std::string_view environ,
                                                       std::string_view name);

}  // namespace erp::odoo
