#pragma once

#include <cstdint>
#include <string_view>

namespace erp {

/// What a rule of tenancy looks at to find out whom a series belongs to; a metric says which of its
/// labels has it.
enum class Dimension : std::uint8_t { none, database, host, router, service, header, key_prefix };

/// The word of the configuration, for example "key_prefix".
[[nodiscard]] std::string_view to_string(Dimension dimension);

}  // namespace erp
