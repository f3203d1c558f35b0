#include "core/metrics/protobuf_value.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace erp {
namespace {

using namespace wire;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Exemplar: label 1, value 2, timestamp 3.
void put_exemplar(TextBuffer& out, unsigned field, const Exemplar& exemplar) {
    TextBuffer body(64);
    for (const auto& [key, value] : exemplar.labels) {
        body.reserve(label_size(key, value));
        put_label(body, key, value);
    }
    body.reserve(kDoubleField);
    put_double(body, 2, exemplar.value);
    if (exemplar.unix_time > 0) put_timestamp(body, 3, exemplar.unix_time);
    put_bytes(out, field, body.view());
}

}  // namespace

void put_label(TextBuffer& out, std::string_view key, std::string_view value) {
    out.put(tag(1, Wire::bytes));
    put_varint(out, field_size(key.size()) + field_size(value.size()));
    out.put(tag(1, Wire::bytes));
    put_varint(out, key.size());
    out.put(key);
    out.put(tag(2, Wire::bytes));
    put_varint(out, value.size());
    out.put(value);
}

void put_timestamp(TextBuffer& out, unsigned field, double unix_time) {
    const double whole = std::floor(unix_time);
    TextBuffer time(4 * kMostVarint);
    put_integer(time, 1, static_cast<std::uint64_t>(whole));
    put_integer(time, 2, static_cast<std::uint64_t>((unix_time - whole) * 1e9));
    put_bytes(out, field, time.view());
}

void ValueWriter::append(const Series& series, bool native_histograms) {
    const Distribution* distribution = series.distribution();
    if (distribution == nullptr) return put_counter(series);
    if (series.metric->type == Type::histogram) {
        return put_histogram(series, *distribution, native_histograms);
    }
    put_summary(*distribution, series.samples->counted_since());
}

/// Counter: value 1, exemplar 2, start_timestamp 3.
void ValueWriter::put_counter(const Series& series) {
    value_.reserve(kDoubleField);
    put_double(value_, 1, series.point->value);
    put_exemplar(value_, 2, series.exemplars().back());
    if (const auto since = series.samples->counted_since()) put_timestamp(value_, 3, *since);
}

/// Summary: sample_count 1, sample_sum 2, quantile 3 (quantile 1, value 2), start_timestamp 4.
void ValueWriter::put_summary(const Distribution& d, std::optional<double> since) {
    value_.reserve(64 + d.steps.size() * (2 + 2 * kDoubleField));
    put_integer(value_, 1, d.count);
    put_double(value_, 2, d.sum);
    for (const Distribution::Step& step : d.steps) {
        value_.put(tag(3, Wire::bytes));
        put_varint(value_, 2 * kDoubleField);
        put_double(value_, 1, step.bound);
        put_double(value_, 2, step.value);
    }
    if (since) put_timestamp(value_, 4, *since);
}

/// Histogram: sample_count 1, sample_sum 2, bucket 3 (cumulative_count 1, upper_bound 2,
/// exemplar 3), start_timestamp 15, exemplars 16.
void ValueWriter::put_histogram(const Series& series,
                                const Distribution& d,
                                bool native_histograms) {
    value_.reserve(64);
    put_integer(value_, 1, d.count);
    put_double(value_, 2, d.sum);
    const auto exemplars = series.exemplars();
    double below = -kInfinity;
    const auto put_bucket = [&](double bound, std::uint64_t count) {
        item_.clear();
        item_.reserve(2 * kMostVarint + kDoubleField);
        put_integer(item_, 1, count);
        put_double(item_, 2, bound);
        for (auto it = exemplars.rbegin(); it != exemplars.rend(); ++it) {
            if (it->value <= below || it->value > bound) continue;
            put_exemplar(item_, 3, *it);
            break;
        }
        put_bytes(value_, 3, item_.view());
        below = bound;
    };
    for (const Distribution::Step& step : d.steps)
        put_bucket(step.bound, static_cast<std::uint64_t>(step.value));
    put_bucket(kInfinity, d.count);
    if (d.native && native_histograms) put_native(*d.native);
    if (const auto since = series.samples->counted_since()) put_timestamp(value_, 15, *since);
}

/// schema 5, zero_threshold 6, zero_count 7, positive_span 12 (offset 1, length 2),
/// positive_delta 13.
void ValueWriter::put_native(const NativeBuckets& native) {
    value_.reserve(64 + native.spans.size() * 32 + native.deltas.size() * 12);
    put_integer(value_, 5, zigzag(native.schema));
    put_double(value_, 6, native.zero_threshold);
    put_integer(value_, 7, native.zero_count);
    for (const NativeBuckets::Span& span : native.spans) {
        item_.clear();
        item_.reserve(4 * kMostVarint);
        put_integer(item_, 1, zigzag(span.offset));
        put_integer(item_, 2, span.length);
        put_bytes(value_, 12, item_.view());
    }
    // Without any span it would be taken for a classic histogram.
    if (native.spans.empty()) put_bytes(value_, 12, "");
    value_.reserve(native.deltas.size() * (1 + kMostVarint));
    for (const std::int64_t delta : native.deltas)
        put_integer(value_, 13, zigzag(delta));
}

}  // namespace erp
