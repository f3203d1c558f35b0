#include "core/counting/distinct.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace erp::counting {
namespace {

/// MurmurHash3's last step: a permutation of 64 bits, so that no two numbers fall together.
std::uint64_t mixed(std::uint64_t number) {
    number ^= number >> 33U;
    number *= 0xFF51AFD7ED558CCDULL;
    number ^= number >> 33U;
    number *= 0xC4CEB9FE1A85EC53ULL;
    return number ^ number >> 33U;
}

constexpr unsigned kIndexBits = std::countr_zero(Distinct::kRegisters);

}  // namespace

void Distinct::add(std::uint64_t number) {
    const std::uint64_t hash = mixed(number);
    const std::uint64_t rest = hash << kIndexBits | std::uint64_t{1} << (kIndexBits - 1);
    std::uint8_t& highest = registers_[hash >> (64U - kIndexBits)];
    highest = std::max(highest, static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
}

void Distinct::merge(const Distinct& other) {
    for (std::size_t i = 0; i < kRegisters; ++i)
        registers_[i] = std::max(registers_[i], other.registers_[i]);
}

double Distinct::estimate() const {
    constexpr auto kCount = static_cast<double>(kRegisters);
    constexpr double kAlpha = 0.7213 / (1 + 1.079 / kCount);
    double sum = 0;
    double empty = 0;
    for (const std::uint8_t highest : registers_) {
        sum += std::ldexp(1.0, -highest);
        empty += highest == 0 ? 1 : 0;
    }
    const double estimate = kAlpha * kCount * kCount / sum;
    // Of few, how many registers are empty says more ("linear counting").
    return estimate <= 2.5 * kCount && empty > 0 ? kCount * std::log(kCount / empty) : estimate;
}

std::string_view Distinct::bytes() const {
    return {reinterpret_cast<const char*>(registers_.data()), kRegisters};
}

bool Distinct::restore(std::string_view bytes) {
    if (bytes.size() != kRegisters ||
        std::ranges::any_of(bytes, [](char c) { return static_cast<std::uint8_t>(c) > kHighest; }))
        return false;
    std::memcpy(registers_.data(), bytes.data(), kRegisters);
    return true;
}

}  // namespace erp::counting
