#pragma once

#include "core/tail/byte_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace erp::traefik {

/// Which of the numbers of a run were seen: those up to base() are settled, those above highest()
/// have not begun, and of those between each has a bit: at most kMost numbers, 128 KiB.
class NumberWindow {
  public:
    static constexpr std::uint64_t kMost = (std::uint64_t{1} << 20U) - 64;
    /// Numbers that settle() remembers, the latest.
    static constexpr std::size_t kMostMissing = 8192;

    explicit NumberWindow(std::uint64_t base = 0) : base_(base), highest_(base) {}

    [[nodiscard]] std::uint64_t base() const { return base_; }
    [[nodiscard]] std::uint64_t highest() const { return highest_; }

    /// base() < number <= highest().
    [[nodiscard]] bool seen(std::uint64_t number) const;
    /// base() < number <= base() + kMost.
    void mark(std::uint64_t number);
    /// Moves the base up to `number`, if it is above it. How many of the numbers that it passes
    /// were not seen; those below highest() go to the end of `missing`.
    std::uint64_t settle(std::uint64_t number, std::deque<std::uint64_t>& missing);

    void save(std::string& out) const;
    /// False: not what save() wrote; the window is then empty.
    [[nodiscard]] bool restore(tail::ByteReader& in);

  private:
    [[nodiscard]] std::uint64_t& word(std::uint64_t number) {
        return words_[(number / 64) & (words_.size() - 1)];
    }
    [[nodiscard]] std::uint64_t word(std::uint64_t number) const {
        return words_[(number / 64) & (words_.size() - 1)];
    }
    void make_room(std::uint64_t number);

    std::uint64_t base_;
    std::uint64_t highest_;
    /// A ring over number / 64, a power of two long. Bits outside base() to highest() are 0.
    std::vector<std::uint64_t> words_;
};

}  // namespace erp::traefik
