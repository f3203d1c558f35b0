#pragma once

#include "core/yaml/reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// Why the daemon cannot listen on `address`, or nothing. Good ones: "127.0.0.1:9069",
/// "[::1]:9069", "localhost:9069", ":9069" (every address of this host), "unix:/absolute/path".
/// Other host names are refused: what is served where must not depend on DNS.
[[nodiscard]] std::optional<std::string> listen_problem(std::string_view address);

/// `advertise:`; a host, which may be a name, and a port. Empty when it is wrong.
[[nodiscard]] std::string read_advertise(const ConfigValue& value);

/// `listen:`; the addresses that are in order.
[[nodiscard]] std::vector<std::string> read_listen(const ConfigValue& value);

}  // namespace erp
