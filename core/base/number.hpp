#pragma once

#include "core/base/deadline.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp {

/// The whole text as a number; nothing on an empty text, a rest, or a value out of range. No
/// locale.
[[nodiscard]] std::optional<double> to_double(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> to_int(std::string_view text);

/// "250ms", "10s", "5m", "1h", "2d" or a sum such as "1h30m". A unit is required, except for "0".
[[nodiscard]] std::optional<Duration> to_duration(std::string_view text);
/// "64", "16KiB", "4MB", "1GiB": decimal (kB, MB, GB) and binary (KiB, MiB, GiB) units, or bytes.
[[nodiscard]] std::optional<std::uint64_t> to_bytes(std::string_view text);

/// The shortest of the forms that to_duration() reads: "1h30m", "250ms", "0s".
[[nodiscard]] std::string to_text(Duration d);

}  // namespace erp
