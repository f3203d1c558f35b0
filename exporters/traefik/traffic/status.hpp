#pragma once

#include <optional>
#include <string_view>

namespace erp::traefik {

/// Label `code`: a status that servers use ("200", "499"; "0" is a connection taken over), else
/// `other`, since a server can answer with any; empty if the log does not say.
[[nodiscard]] std::string_view code_of(const std::optional<int>& status);

/// Label `status_class`: "1xx" to "5xx"; else empty.
[[nodiscard]] std::string_view status_class(const std::optional<int>& status);

}  // namespace erp::traefik
