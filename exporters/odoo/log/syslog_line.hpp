#pragma once

#include "exporters/odoo/log/record.hpp"

#include <string_view>

namespace erp::odoo {

/// A datagram of `--syslog`, `<14>Odoo Server 14.0:db:LEVEL:logger:message`, as it is or as a
/// syslog server writes it, with a time and a host before it. Without pid, time and perf_info.
/// False: a continuation. `rest` is the rest of a record of several lines, where the server writes
/// a line feed as "#012" (rsyslog); else they follow as lines of their own. Pure.
[[nodiscard]] bool parse_syslog(std::string_view line, Record& record, std::string_view& rest);

/// What rsyslog writes for a line feed.
inline constexpr std::string_view kSyslogLineFeed = "#012";
inline constexpr std::string_view kSyslogEscape = "#033";  ///< the same of ESC

}  // namespace erp::odoo
