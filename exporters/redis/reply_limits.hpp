#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::redis {

inline constexpr std::int64_t kLargestBulk = 16 << 20;           ///< bytes of one string
inline constexpr std::int64_t kLargestReply = 2 * kLargestBulk;  ///< bytes of one whole reply
inline constexpr std::int64_t kMostElements = 65'536;            ///< in all arrays of one reply
inline constexpr std::size_t kDeepest = 7;  ///< arrays in arrays; hiredis 0.14's own limit
inline constexpr std::size_t kLongestLine = 64 << 10;  ///< a length, number, status or error

/// Walks the frames of a RESP2 stream before hiredis sees them, because hiredis allocates what a
/// header promises: a lying peer would cost memory before it sent a byte of it.
class ReplyLimits {
  public:
    /// The next bytes of the stream, cut anywhere. An error (phase limit or protocol) is final.
    [[nodiscard]] std::optional<Error> scan(std::string_view bytes);

  private:
    std::optional<Error> take_line();
    std::optional<Error> open_array(std::int64_t elements);
    void end_item();

    std::string line_;                ///< of a header, as far as it has come
    std::int64_t skip_ = 0;           ///< bytes of a string and its line end that are still to come
    std::vector<std::int64_t> open_;  ///< items missing in each open array, outermost first
    std::int64_t elements_ = 0;       ///< promised by the current reply so far
    std::int64_t bytes_ = 0;          ///< of the current reply so far
};

}  // namespace erp::redis
