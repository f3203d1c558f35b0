#pragma once

#include <string>
#include <string_view>

namespace erp {

enum class Compression { none, gzip, zstd };

/// The word of Content-Encoding; "identity" for none.
[[nodiscard]] std::string_view to_string(Compression compression);

/// One gzip member or one zstd frame, each at the library's level 1.
[[nodiscard]] std::string compressed(std::string body, Compression compression);

}  // namespace erp
