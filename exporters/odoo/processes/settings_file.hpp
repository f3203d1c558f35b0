#pragma once

#include "exporters/odoo/processes/settings.hpp"

#include <string_view>

namespace erp::odoo {

/// Adds what is needed of an odoo.conf: the section [options], and `channels` of [queue_job]. Reads
/// as Python's RawConfigParser does: `=` or `:`, whole lines of comment (# and ;), lines that are
/// indented deeper than their key go on with its value, [DEFAULT] holds for all sections, names of
/// keys in any case. A line that Python would refuse, so that Odoo would not start, is skipped.
void read_settings_file(std::string_view text, Settings& settings);

}  // namespace erp::odoo
