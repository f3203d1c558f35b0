#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace erp::traefik {

/// Both read the whole text to Unix time in ns; nothing if it is no such date between 1970 and
/// 2262, where 64 bits of nanoseconds end.

/// RFC 3339 with up to nine digits of a second: "2026-11-22T03:42:22.624267506Z", or ±hh:mm.
[[nodiscard]] std::optional<std::int64_t> to_unix_time(std::string_view text);

/// The same, of many in a row: most are of the second of the one before.
class UnixTimes {
  public:
    [[nodiscard]] std::optional<std::int64_t> read(std::string_view text);

  private:
    bool known_ = false;
    std::array<char, 19> second_{};  ///< of the last one that was good: up to the fraction
    std::int64_t time_ = 0;          ///< of that, in UTC
};

/// Between the brackets of CLF: "22/Nov/2026:03:42:22 +0000".
inline constexpr std::size_t kClfTimeSize = 26;
[[nodiscard]] std::optional<std::int64_t> to_unix_time_clf(std::string_view text);

}  // namespace erp::traefik
