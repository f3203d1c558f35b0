#pragma once

#include "core/metrics/samples.hpp"

#include <cstdint>
#include <map>

namespace erp {

/// Counts observations in native buckets: each is 9 % wider than the one before it, and when more
/// than 160 are in use, pairs of them become one. Not thread-safe.
class NativeHistogram {
  public:
    NativeHistogram() = default;
    /// Goes on from earlier buckets; what does not hold together in them is left out.
    explicit NativeHistogram(const NativeBuckets& native);

    /// Counts it so many times. A value that is negative or no number is not counted.
    void observe(double value, std::uint64_t times = 1);
    [[nodiscard]] NativeBuckets buckets() const;
    /// Of all observations.
    [[nodiscard]] std::uint64_t count() const;

    static constexpr int kSchema = 3;
    static constexpr std::size_t kMostBuckets = 160;
    /// What is at most that counts as zero: the default of Prometheus' libraries.
    static constexpr double kZeroThreshold = 0x1p-128;

  private:
    int schema_ = kSchema;
    std::uint64_t zero_count_ = 0;
    std::map<std::int32_t, std::uint64_t> buckets_;  ///< by index
};

/// Index of the bucket with the bounds (2^((i-1)/2^schema), 2^(i/2^schema)]. Finite, positive.
[[nodiscard]] std::int32_t native_bucket(double value, int schema);

}  // namespace erp
