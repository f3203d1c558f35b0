#include "core/counting/detail.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <utility>

namespace erp::counting {
namespace {

using tail::put;

bool is_trace(std::string_view text) {
    return !text.empty() && text.size() <= DetailLog::kLongestTrace &&
           std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

}  // namespace

void DetailLog::observe(
    std::size_t row, std::size_t bucket, double value, std::string_view trace, double at) {
    const bool traced = row < kMostTraced && is_trace(trace);
    if (!native_ && !traced) return;
    if (row >= rows_.size()) rows_.resize(row + 1);
    Shown& detail = rows_[row];
    detail.changed = true;
    if (native_) detail.native.observe(std::max(value, 0.0));  // as the classic ones do
    if (!traced) return;
    if (bucket >= detail.by_bucket.size()) detail.by_bucket.resize(bucket + 1);
    detail.by_bucket[bucket] = {{{"trace_id", std::string(trace)}}, value, at};
}

Details DetailLog::details() {
    Details all;
    all.reserve(rows_.size());
    for (Shown& row : rows_) {
        if (std::exchange(row.changed, false)) {
            auto detail = std::make_shared<Detail>();
            if (native_) {
                detail->native = std::make_shared<const NativeBuckets>(row.native.buckets());
            }
            std::ranges::copy_if(row.by_bucket, std::back_inserter(detail->exemplars),
                                 [](const Exemplar& e) { return !e.labels.empty(); });
            row.shown = std::move(detail);
        }
        all.push_back(row.shown);
    }
    return all;
}

NativeHistogram DetailLog::native_of(const Detail* detail,
                                     std::span<const std::uint64_t> counts,
                                     std::span<const std::int64_t> bounds) {
    const auto all = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    if (detail != nullptr && detail->native) {
        NativeHistogram kept(*detail->native);
        if (kept.count() == all) return kept;
    }
    // All of a bucket at its upper bound; what is above the last one a little above it.
    NativeHistogram native;
    for (std::size_t i = 0; i < counts.size(); ++i)
        native.observe(i < bounds.size() ? to_seconds(bounds[i]) : 1.5 * to_seconds(bounds.back()),
                       counts[i]);
    return native;
}

void encode(const Details& details, std::string& out) {
    // Without buckets of its own a row begins with the finest.
    NativeBuckets none;
    none.schema = NativeHistogram::kSchema;
    put(out, std::uint64_t{details.size()});
    for (const auto& detail : details) {
        const NativeBuckets& native = detail && detail->native ? *detail->native : none;
        put(out, std::bit_cast<std::uint64_t>(std::int64_t{native.schema}));
        put(out, native.zero_count);
        put(out, std::uint64_t{native.spans.size()});
        for (const NativeBuckets::Span& span : native.spans) {
            put(out, std::bit_cast<std::uint64_t>(std::int64_t{span.offset}));
            put(out, std::uint64_t{span.length});
        }
        put(out, std::uint64_t{native.deltas.size()});
        for (const std::int64_t delta : native.deltas)
            put(out, std::bit_cast<std::uint64_t>(delta));
    }
}

bool decode(tail::ByteReader& in, std::size_t most, Details& details) {
    const std::uint64_t rows = in.count();
    if (rows > most) return false;
    Details read;
    for (std::uint64_t i = 0; i < rows && in.ok(); ++i) {
        NativeBuckets native;
        native.schema = static_cast<int>(std::bit_cast<std::int64_t>(in.number()));
        native.zero_threshold = NativeHistogram::kZeroThreshold;
        native.zero_count = in.number();
        native.spans.resize(in.count());
        for (NativeBuckets::Span& span : native.spans) {
            span.offset = static_cast<std::int32_t>(in.number());
            span.length = static_cast<std::uint32_t>(in.number());
        }
        native.deltas.resize(in.count());
        for (std::int64_t& delta : native.deltas)
            delta = std::bit_cast<std::int64_t>(in.number());
        read.push_back(std::make_shared<const Detail>(
            Detail{std::make_shared<const NativeBuckets>(std::move(native)), {}}));
    }
    if (!in.ok()) return false;
    details = std::move(read);
    return true;
}

}  // namespace erp::counting
