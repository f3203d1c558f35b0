#pragma once

#include <string_view>

namespace erp {

/// Whether a client with this Accept-Encoding takes gzip (RFC 9110 12.5.3): gzip or its old name
/// x-gzip with a weight above 0, or `*` when neither is named. An entry with an unreadable weight
/// does not count, for a body must never be compressed unasked; a weight above 1 does
/// (Prometheus 2.49.0 sent q=2).
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace erp
