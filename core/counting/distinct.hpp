#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace erp::counting {

/// An estimate of how many different numbers were added, without keeping them: HyperLogLog
/// (Flajolet et al. 2007), 1,024 registers of a byte. Standard error 3.3 %, less below 1,000.
class Distinct {
  public:
    static constexpr std::size_t kRegisters = 1024;
    /// Of 1,024 registers each is at most so high: 54 bits are left, and the first 1 among them.
    static constexpr std::uint8_t kHighest = 55;

    /// Any number; it is mixed here. Who knows how can choose numbers that count wrongly.
    void add(std::uint64_t number);
    void merge(const Distinct& other);
    [[nodiscard]] double estimate() const;

    /// One byte a register.
    [[nodiscard]] std::string_view bytes() const;
    /// False: these are not of bytes(); nothing changes.
    [[nodiscard]] bool restore(std::string_view bytes);

  private:
    std::array<std::uint8_t, kRegisters> registers_{};
};

}  // namespace erp::counting
