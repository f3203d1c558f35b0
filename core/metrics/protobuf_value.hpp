#pragma once

#include "core/metrics/protobuf_wire.hpp"
#include "core/metrics/snapshot.hpp"

#include <cstddef>
#include <string_view>

namespace erp {

[[nodiscard]] constexpr std::size_t label_size(std::string_view key, std::string_view value) {
    return wire::field_size(wire::field_size(key.size()) + wire::field_size(value.size()));
}
/// LabelPair: name 1, value 2; in Metric and Exemplar it is field 1. The caller reserves.
void put_label(TextBuffer& out, std::string_view key, std::string_view value);

/// google.protobuf.Timestamp: seconds 1, nanos 2.
void put_timestamp(TextBuffer& out, unsigned field, double unix_time);

/// Messages of values that are more than a number: distributions, and what has exemplars.
class ValueWriter {
  public:
    /// Appends the series' Counter, Summary or Histogram.
    void append(const Series& series, bool native_histograms);
    void clear() { value_.clear(); }
    [[nodiscard]] std::string_view view() const { return value_.view(); }

  private:
    void put_counter(const Series& series);
    void put_summary(const Distribution& d, std::optional<double> since);
    void put_histogram(const Series& series, const Distribution& d, bool native_histograms);
    void put_native(const NativeBuckets& native);

    TextBuffer value_ = TextBuffer(256);
    TextBuffer item_ = TextBuffer(64);
};

}  // namespace erp
