#pragma once

#include "core/metrics/samples.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace erp::counting {

inline constexpr std::int64_t kMicrosecond = 1'000;  ///< ns, as all durations here
inline constexpr std::int64_t kMillisecond = 1'000 * kMicrosecond;
inline constexpr std::int64_t kSecond = 1'000 * kMillisecond;

/// The nearest double of the decimal number, so that `le` is "0.1" and not "0.10000000000000001".
[[nodiscard]] inline double to_seconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / static_cast<double>(kSecond);
}

/// Observed durations in N buckets and one above them.
template <std::size_t N>
struct Histogram {
    /// In ns. Connections of many users are more than 2^63 ns together within months. First, so
    /// that it shares a cache line with the buckets that are used most.
    double sum = 0;
    std::array<std::uint64_t, N + 1> counts{};  ///< of each bucket alone
    bool operator==(const Histogram&) const = default;
    Histogram& operator+=(const Histogram& other) {
        for (std::size_t i = 0; i <= N; ++i)
            counts[i] += other.counts[i];
        sum += other.sum;
        return *this;
    }
};

/// By the bits that a duration takes, the first bucket that it can be in.
template <std::size_t N>
[[nodiscard]] consteval std::array<std::uint8_t, 65> first_buckets(
    const std::array<std::int64_t, N>& bounds) {
    std::array<std::uint8_t, 65> first{};
    for (unsigned bits = 2; bits < 64; ++bits) {
        const std::int64_t least = std::int64_t{1} << (bits - 1);
        std::uint8_t bucket = 0;
        while (bucket < N && bounds[bucket] < least)
            ++bucket;
        first[bits] = bucket;
    }
    return first;
}

/// Adds one duration in ns; the bounds are upper ones in ns, ascending; a clock that was set back
/// may make it negative, which counts as 0. Returns the bucket.
template <const auto& Bounds, std::size_t N>
std::size_t observe(Histogram<N>& histogram, std::int64_t value) {
    static_assert(N == Bounds.size());
    static constexpr auto kFirst = first_buckets(Bounds);
    if (value < 0) value = 0;
    std::size_t bucket = kFirst[std::bit_width(static_cast<std::uint64_t>(value))];
    while (bucket < N && Bounds[bucket] < value)
        ++bucket;
    ++histogram.counts[bucket];
    histogram.sum += static_cast<double>(value);
    return bucket;
}

/// In seconds.
template <std::size_t N>
[[nodiscard]] double sum_of(const Histogram<N>& histogram) {
    return histogram.sum / static_cast<double>(kSecond);
}

/// In seconds, with cumulative counts.
[[nodiscard]] Distribution to_distribution(std::span<const std::uint64_t> counts,
                                           double sum,
                                           std::span<const std::int64_t> bounds);

template <std::size_t N>
[[nodiscard]] Distribution to_distribution(const Histogram<N>& histogram,
                                           const std::array<std::int64_t, N>& bounds) {
    return to_distribution(histogram.counts, histogram.sum, bounds);
}

}  // namespace erp::counting
