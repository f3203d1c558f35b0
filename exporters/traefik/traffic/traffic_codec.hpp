#pragma once

#include "core/tail/byte_codec.hpp"
#include "exporters/traefik/traffic/traffic.hpp"

#include <optional>
#include <string>

namespace erp::traefik {

/// For a snapshot, and back. Labels are kept as texts, so that another order of words in the code
/// changes nothing. Nothing: the bytes are damaged, or of another version of this form.
void encode(const Traffic& traffic, std::string& out);
[[nodiscard]] std::optional<Traffic> decode(tail::ByteReader& in);

}  // namespace erp::traefik
