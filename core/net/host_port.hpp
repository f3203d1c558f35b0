#pragma once

#include "core/base/result.hpp"

#include <string>

namespace erp {

struct HostPort {
    std::string host;  ///< a name or a number; IPv6 without brackets
    std::string port;  ///< 1 to 65535
};

/// "db1:5432", "[fd00::2]:5432"; with a default port also "db1". Errors have the phase resolve and
/// never repeat the text: somebody may have pasted a URL with a password.
[[nodiscard]] Result<HostPort> parse_host_port(const std::string& text,
                                               const std::string& default_port = {});

}  // namespace erp
