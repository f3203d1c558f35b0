#include "core/metrics/native_histogram.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <random>

namespace erp {
namespace {

std::uint64_t total(const NativeBuckets& native) {
    std::int64_t count = 0;
    std::int64_t all = static_cast<std::int64_t>(native.zero_count);
    for (const std::int64_t delta : native.deltas) {
        count += delta;
        all += count;
    }
    return static_cast<std::uint64_t>(all);
}

TEST_CASE("native histogram: a value lies within the bounds of its bucket", "[metrics]") {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> exponent(-120, 120);
    for (int i = 0; i < 20'000; ++i) {
        const double value = std::exp2(exponent(random));
        for (int schema = -4; schema <= 3; ++schema) {
            const std::int32_t index = native_bucket(value, schema);
            const double width = std::exp2(-schema);
            CAPTURE(value, schema, index);
            // A hair of tolerance: exp2() of a fraction is rounded.
            REQUIRE(value <= std::exp2(index * width) * (1 + 1e-15));
            REQUIRE(value > std::exp2((index - 1) * width) * (1 - 1e-15));
        }
    }
}

TEST_CASE("native histogram: bounds belong to the bucket below", "[metrics]") {
    CHECK(native_bucket(1, 3) == 0);
    CHECK(native_bucket(std::nextafter(1.0, 2.0), 3) == 1);
    CHECK(native_bucket(2, 3) == 8);
    CHECK(native_bucket(0.5, 3) == -8);
    CHECK(native_bucket(2, 0) == 1);
    CHECK(native_bucket(2.5, 0) == 2);
    CHECK(native_bucket(4, -1) == 1);
    CHECK(native_bucket(4.5, -1) == 2);
    CHECK(native_bucket(std::numeric_limits<double>::max(), 3) == 8192);
    CHECK(native_bucket(std::numeric_limits<double>::denorm_min(), 3) == -1074 * 8);
}

TEST_CASE("native histogram: buckets are spans and differences", "[metrics]") {
    NativeHistogram histogram;
    for (const double value : {1.0, 1.0, 1.05, 2.0, 0.0, 1e-300})
        histogram.observe(value);
    const NativeBuckets native = histogram.buckets();
    CHECK(native.schema == 3);
    CHECK(native.zero_count == 2);
    REQUIRE(native.spans.size() == 2);
    CHECK(native.spans[0].offset == 0);  // index 0 and 1
    CHECK(native.spans[0].length == 2);
    CHECK(native.spans[1].offset == 6);  // index 8
    CHECK(native.spans[1].length == 1);
    CHECK(native.deltas == std::vector<std::int64_t>{2, -1, 0});
}

TEST_CASE("native histogram: many different values make buckets wider, none is lost", "[metrics]") {
    NativeHistogram histogram;
    std::uint64_t counted = 0;
    double value = 1e-9;
    for (; value < 1e12; ++counted) {
        histogram.observe(value);
        value *= 1.03;
    }
    const NativeBuckets native = histogram.buckets();
    CHECK(native.schema < 3);
    CHECK(native.deltas.size() <= NativeHistogram::kMostBuckets);
    CHECK(total(native) == counted);
}

TEST_CASE("native histogram: what is no amount is not counted", "[metrics]") {
    NativeHistogram histogram;
    histogram.observe(std::nan(""));
    histogram.observe(-1);
    CHECK(total(histogram.buckets()) == 0);
    histogram.observe(std::numeric_limits<double>::infinity());
    CHECK(total(histogram.buckets()) == 1);
}

TEST_CASE("native histogram: goes on from buckets that were kept", "[metrics]") {
    NativeHistogram whole;
    NativeHistogram half;
    for (int i = 0; i < 2000; ++i) {
        const double value = 0.001 * i * i;
        whole.observe(value);
        half.observe(value);
        if (i % 500 == 250) half = NativeHistogram(half.buckets());
    }
    CHECK(half.buckets().deltas == whole.buckets().deltas);
    CHECK(half.buckets().schema == whole.buckets().schema);
    CHECK(half.buckets().zero_count == whole.buckets().zero_count);
}

TEST_CASE("native histogram: buckets that cannot be are left out of what was kept", "[metrics]") {
    constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
    constexpr auto kFar = std::numeric_limits<std::int32_t>::max();
    NativeBuckets damaged;
    damaged.spans = {{0, 2}, {kFar, 1}, {kFar, 1}};
    damaged.deltas = {kHuge, kHuge, 7, 0};
    NativeHistogram histogram(damaged);
    const NativeBuckets shown = histogram.buckets();
    REQUIRE(shown.spans.size() == 1);
    CHECK(shown.spans.front().length == 1);
    CHECK(shown.deltas == std::vector{kHuge});
}

}  // namespace
}  // namespace erp
