#include "core/metrics/native_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

namespace erp {
namespace {

constexpr int kLeastSchema = -4;  // the coarsest that Prometheus knows

/// Upper bounds of the buckets in [0.5, 1), as frexp() gives fractions.
const std::vector<double>& fractions() {
    static const std::vector<double> bounds = [] {
        constexpr int kSteps = 1 << NativeHistogram::kSchema;
        std::vector<double> all;
        all.reserve(kSteps);
        for (int i = 0; i < kSteps; ++i)
            all.push_back(std::exp2(static_cast<double>(i) / kSteps) / 2);
        return all;
    }();
    return bounds;
}

/// No double is in a bucket that is further from 0, with 8 buckets a power of 2.
constexpr std::int64_t kFarthest = 8'800;

/// The bucket that holds a bucket's values when the schema is one less.
std::int32_t halved(std::int32_t index) {
    return (index + 1) >> 1;
}

}  // namespace

std::int32_t native_bucket(double value, int schema) {
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    const auto& bounds = fractions();
    const auto step = std::ranges::lower_bound(bounds, fraction) - bounds.begin();
    auto index = static_cast<std::int32_t>(step + (exponent - 1) *
                                                      static_cast<std::ptrdiff_t>(bounds.size()));
    for (int i = NativeHistogram::kSchema; i > schema; --i)
        index = halved(index);
    return index;
}

NativeHistogram::NativeHistogram(const NativeBuckets& native)
    : schema_(std::clamp(native.schema, kLeastSchema, kSchema)), zero_count_(native.zero_count) {
    std::int64_t index = 0;
    std::uint64_t here = 0;  // unsigned, since what is damaged may overflow
    std::size_t next = 0;
    for (const NativeBuckets::Span& span : native.spans) {
        index += span.offset;
        for (std::uint32_t i = 0; i < span.length && next < native.deltas.size(); ++i, ++index) {
            here += static_cast<std::uint64_t>(native.deltas[next++]);
            if (static_cast<std::int64_t>(here) > 0 && std::abs(index) <= kFarthest)
                buckets_[static_cast<std::int32_t>(index)] = here;
        }
    }
}

void NativeHistogram::observe(double value, std::uint64_t times) {
    if (std::isnan(value) || value < 0 || times == 0) return;
    if (value <= kZeroThreshold) {
        zero_count_ += times;
        return;
    }
    buckets_[native_bucket(std::min(value, std::numeric_limits<double>::max()), schema_)] += times;
    while (buckets_.size() > kMostBuckets && schema_ > kLeastSchema) {
        --schema_;
        std::map<std::int32_t, std::uint64_t> wider;
        for (const auto& [index, count] : buckets_)
            wider[halved(index)] += count;
        buckets_.swap(wider);
    }
}

std::uint64_t NativeHistogram::count() const {
    std::uint64_t all = zero_count_;
    for (const auto& [index, count] : buckets_)
        all += count;
    return all;
}

NativeBuckets NativeHistogram::buckets() const {
    NativeBuckets native;
    native.schema = schema_;
    native.zero_threshold = kZeroThreshold;
    native.zero_count = zero_count_;
    std::uint64_t previous = 0;
    std::int32_t next = 0;
    for (const auto& [index, count] : buckets_) {
        if (native.spans.empty() || index != next) {
            native.spans.push_back({index - next, 0});
        }
        ++native.spans.back().length;
        next = index + 1;
        native.deltas.push_back(static_cast<std::int64_t>(count - previous));
        previous = count;
    }
    return native;
}

}  // namespace erp
