#include "core/metrics/exposition.hpp"
#include "core/metrics/protobuf_wire.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

/// io.prometheus.client.MetricFamily, each preceded by its length, as in
/// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto. The
/// numbers of its fields are the constants below.
namespace erp {
namespace {

using namespace wire;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr std::size_t label_size(std::string_view key, std::string_view value) {
    return field_size(field_size(key.size()) + field_size(value.size()));
}

/// LabelPair: name 1, value 2; in Metric and Exemplar it is field 1.
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

/// google.protobuf.Timestamp: seconds 1, nanos 2.
void put_timestamp(TextBuffer& out, unsigned field, double unix_time) {
    const double whole = std::floor(unix_time);
    TextBuffer time(4 * kMostVarint);
    put_integer(time, 1, static_cast<std::uint64_t>(whole));
    put_integer(time, 2, static_cast<std::uint64_t>((unix_time - whole) * 1e9));
    put_bytes(out, field, time.view());
}

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

/// Field of the value in Metric, and MetricFamily.type.
struct Kind {
    unsigned field;
    unsigned type;
};

Kind kind_of(Type type) {
    switch (type) {
        case Type::counter:
            return {3, 0};
        case Type::summary:
            return {4, 2};
        case Type::untyped:
            return {5, 3};
        case Type::histogram:
            return {7, 4};
        case Type::gauge:
        case Type::info:
        case Type::stateset:
            break;
    }
    return {2, 1};
}

class Writer {
  public:
    explicit Writer(const Snapshot& snapshot)
        : snapshot_(snapshot),
          family_(1024),
          value_(256),
          item_(64),
          prefixes_(snapshot.sources()) {
        out_.reserve(snapshot.size() * 160);  // what is not used costs no memory
    }

    [[nodiscard]] std::string run() && {
        for (const Snapshot::Family& family : snapshot_.families()) {
            if (!family.series.empty()) put_family(family);
        }
        return std::move(out_);
    }

  private:
    void put_family(const Snapshot::Family& family) {
        const Metric& metric = *family.metric;
        const Kind kind = kind_of(metric.type);
        family_.clear();
        put_bytes(family_, 1, metric.name);
        put_bytes(family_, 2, metric.help);
        family_.reserve(2 * kMostVarint);
        put_integer(family_, 3, kind.type);
        for (const Series& series : family.series) {
            value_.clear();
            put_value(series);
            put_metric(series, kind.field);
        }
        if (metric.unit != Unit::none) put_bytes(family_, 5, to_string(metric.unit));
        item_.clear();
        item_.reserve(kMostVarint);
        put_varint(item_, family_.size());
        out_.append(item_.view()).append(family_.view());
    }

    /// Metric: label 1 and the value in `field`.
    void put_metric(const Series& series, unsigned field) {
        const std::string& prefix = prefix_of(series);
        const std::vector<std::string>& keys = keys_of(*series.metric);
        std::array<std::string_view, LabelKeys::kMost> values;
        std::string_view labels = series.labels();
        std::size_t size = prefix.size() + field_size(value_.size());
        if (!series.tenant.empty()) size += label_size("tenant", series.tenant);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            values[i] = labels.substr(0, labels.find('\0'));
            labels.remove_prefix(values[i].size() + 1);
            size += field_size(keys[i].size() + field_size(values[i].size()) - 1);
        }
        family_.reserve(field_size(size));
        family_.put(tag(4, Wire::bytes));
        put_varint(family_, size);
        family_.put(prefix);
        if (!series.tenant.empty()) put_label(family_, "tenant", series.tenant);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            family_.put(tag(1, Wire::bytes));
            put_varint(family_, keys[i].size() + field_size(values[i].size()) - 1);
            family_.put(keys[i]);
            put_varint(family_, values[i].size());
            family_.put(values[i]);
        }
        family_.put(tag(field, Wire::bytes));
        put_varint(family_, value_.size());
        family_.put(value_.view());
    }

    void put_value(const Series& series) {
        const std::optional<double> since = series.samples->counted_since();
        const Distribution* distribution = series.distribution();
        if (distribution != nullptr && series.metric->type == Type::histogram) {
            put_histogram(series, *distribution, since);
        } else if (distribution != nullptr) {
            put_summary(*distribution, since);
        } else {
            // Counter, Gauge and Untyped: value 1; of a Counter, exemplar 2 and start_timestamp 3.
            value_.reserve(kDoubleField);
            put_double(value_, 1, series.point->value);
            if (series.metric->type != Type::counter) return;
            const auto exemplars = series.exemplars();
            if (!exemplars.empty()) put_exemplar(value_, 2, exemplars.back());
            if (since) put_timestamp(value_, 3, *since);
        }
    }

    /// Summary: sample_count 1, sample_sum 2, quantile 3 (quantile 1, value 2), start_timestamp 4.
    void put_summary(const Distribution& d, std::optional<double> since) {
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
    void put_histogram(const Series& series, const Distribution& d, std::optional<double> since) {
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
        if (d.native && snapshot_.source(series).native_histograms) put_native(*d.native);
        if (since) put_timestamp(value_, 15, *since);
    }

    /// schema 5, zero_threshold 6, zero_count 7, positive_span 12 (offset 1, length 2),
    /// positive_delta 13.
    void put_native(const NativeBuckets& native) {
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

    /// The labels of a source, encoded once.
    const std::string& prefix_of(const Series& series) {
        std::optional<std::string>& prefix = prefixes_[series.source];
        if (!prefix) {
            TextBuffer bytes(0);
            for (const auto& [key, value] : snapshot_.source(series).labels) {
                bytes.reserve(label_size(key, value));
                put_label(bytes, key, value);
            }
            prefix.emplace(bytes.view());
        }
        return *prefix;
    }

    /// Of each label, what comes before the value's length: the name, and the value's tag.
    const std::vector<std::string>& keys_of(const Metric& metric) {
        if (keys_metric_ != &metric) {
            keys_metric_ = &metric;
            keys_.clear();
            for (const std::string_view key : metric.labels) {
                TextBuffer bytes(field_size(key.size()) + 1);
                put_bytes(bytes, 1, key);
                bytes.reserve(1);
                bytes.put(tag(2, Wire::bytes));
                keys_.emplace_back(bytes.view());
            }
        }
        return keys_;
    }

    const Snapshot& snapshot_;
    std::string out_;
    TextBuffer family_;  ///< the family that is being written: its length comes first
    TextBuffer value_;   ///< of the series that is being written
    TextBuffer item_;
    std::vector<std::optional<std::string>> prefixes_;
    const Metric* keys_metric_ = nullptr;  ///< whose keys these are
    std::vector<std::string> keys_;
};

}  // namespace

std::string write_protobuf(const Snapshot& snapshot) {
    return Writer(snapshot).run();
}

}  // namespace erp
