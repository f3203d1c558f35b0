#include "core/metrics/exposition.hpp"
#include "core/metrics/protobuf_value.hpp"
#include "core/metrics/protobuf_wire.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

/// io.prometheus.client.MetricFamily, each preceded by its length, as in
/// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto. The
/// numbers of its fields are the constants below.
namespace erp {
namespace {

using namespace wire;

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
        : snapshot_(snapshot), block_(2 * kBlock), since_(64), prefixes_(snapshot.sources()) {
        out_.reserve(snapshot.size() * 160);  // what is not used costs no memory
    }

    [[nodiscard]] std::string run() && {
        for (const Snapshot::Family& family : snapshot_.families()) {
            if (!family.series.empty()) put_family(family);
        }
        flush();
        return std::move(out_);
    }

  private:
    /// Messages are made in a block that stays in the cache. Their lengths come before them, so
    /// sizes are summed up first.
    static constexpr std::size_t kBlock = 32768;

    struct Size {
        std::size_t metric;
        std::size_t value;
    };

    void put_family(const Snapshot::Family& family) {
        const Metric& metric = *family.metric;
        const Kind kind = kind_of(metric.type);
        const std::string_view unit =
            metric.unit == Unit::none ? std::string_view() : to_string(metric.unit);
        std::size_t size = measure(family) + field_size(metric.name.size()) +
                           field_size(metric.help.size()) + 1 + varint_size(kind.type);
        if (!unit.empty()) size += field_size(unit.size());
        block_.reserve(2 * kMostVarint);
        put_varint(block_, size);
        put_bytes(block_, 1, metric.name);
        put_bytes(block_, 2, metric.help);
        block_.reserve(2 * kMostVarint);
        put_integer(block_, 3, kind.type);
        std::string_view values = values_.view();
        for (std::size_t i = 0; i < family.series.size(); ++i) {
            put_metric(family.series[i], kind.field, sizes_[i], values);
            if (block_.size() > kBlock) flush();
        }
        if (!unit.empty()) put_bytes(block_, 5, unit);
    }

    /// Size of the family's metrics; leaves each one's in sizes_, and in values_ those values that
    /// are more than a number.
    std::size_t measure(const Snapshot::Family& family) {
        std::size_t total = 0;
        sizes_.clear();
        values_.clear();
        for (const Series& series : family.series) {
            std::size_t value = 0;
            if (is_number(series)) {
                value = kDoubleField + since_of(series).size();
            } else {
                const std::size_t before = values_.view().size();
                values_.append(series, snapshot_.source(series).native_histograms);
                value = values_.view().size() - before;
            }
            const std::size_t metric = labels_size(series) + field_size(value);
            sizes_.push_back({metric, value});
            total += field_size(metric);
        }
        return total;
    }

    /// Metric: label 1 and the value in `field`. Counter, Gauge and Untyped: value 1; of a Counter,
    /// start_timestamp 3. Other values are taken from the front of `values`.
    void put_metric(const Series& series, unsigned field, Size size, std::string_view& values) {
        block_.reserve(field_size(size.metric));
        block_.put(tag(4, Wire::bytes));
        put_varint(block_, size.metric);
        block_.put(prefix_of(series));
        if (!series.tenant.empty()) put_label(block_, "tenant", series.tenant);
        std::string_view labels = series.labels();
        for (const std::string& key : keys_of(*series.metric)) {
            const std::string_view value = labels.substr(0, labels.find('\0'));
            labels.remove_prefix(value.size() + 1);
            block_.put(tag(1, Wire::bytes));
            put_varint(block_, key.size() + field_size(value.size()) - 1);
            block_.put(key);
            put_varint(block_, value.size());
            block_.put(value);
        }
        block_.put(tag(field, Wire::bytes));
        put_varint(block_, size.value);
        if (is_number(series)) {
            put_double(block_, 1, series.point->value);
            block_.put(since_of(series));
        } else {
            block_.put(values.substr(0, size.value));
            values.remove_prefix(size.value);
        }
    }

    static bool is_number(const Series& series) {
        return series.distribution() == nullptr &&
               (series.metric->type != Type::counter || series.exemplars().empty());
    }

    /// A counter's start_timestamp, encoded once for all of the same samples.
    std::string_view since_of(const Series& series) {
        if (series.metric->type != Type::counter) return "";
        if (since_samples_ != series.samples) {
            since_samples_ = series.samples;
            since_.clear();
            if (const auto since = series.samples->counted_since())
                put_timestamp(since_, 3, *since);
        }
        return since_.view();
    }

    std::size_t labels_size(const Series& series) {
        const std::vector<std::string>& keys = keys_of(*series.metric);
        std::string_view labels = series.labels();
        std::size_t size = prefix_of(series).size();
        if (!series.tenant.empty()) size += label_size("tenant", series.tenant);
        // Nearly always each length takes one byte: per label two lengths and a tag, less the NUL.
        if (longest_key_ + labels.size() < 0x80) {
            return size + keys_size_ + labels.size() + 2 * keys.size();
        }
        for (const std::string& key : keys) {
            const std::size_t value = labels.find('\0');
            labels.remove_prefix(value + 1);
            size += field_size(key.size() + field_size(value) - 1);
        }
        return size;
    }

    void flush() {
        out_.append(block_.view());
        block_.clear();
    }

    /// The labels of a source, encoded once.
    const std::string& prefix_of(const Series& series) {
        const Source& source = snapshot_.source(series);
        const bool usual = source.takes_all(*series.metric);
        std::optional<std::string>& prefix = usual ? prefixes_[series.source] : unusual_;
        if (!prefix || !usual) {
            TextBuffer bytes(64);
            source.for_each_label(*series.metric,
                                  [&](std::string_view key, std::string_view value) {
                                      bytes.reserve(label_size(key, value));
                                      put_label(bytes, key, value);
                                  });
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
            longest_key_ = 0;
            keys_size_ = 0;
            for (const std::string& key : keys_) {
                longest_key_ = std::max(longest_key_, key.size());
                keys_size_ += key.size();
            }
        }
        return keys_;
    }

    const Snapshot& snapshot_;
    std::string out_;
    TextBuffer block_;
    std::vector<Size> sizes_;  ///< of the family that is being written
    ValueWriter values_;
    TextBuffer since_;
    const Samples* since_samples_ = nullptr;  ///< whose start since_ is
    std::vector<std::optional<std::string>> prefixes_;
    std::optional<std::string> unusual_;   ///< of the series at hand, if it lacks one of them
    const Metric* keys_metric_ = nullptr;  ///< whose keys these are
    std::vector<std::string> keys_;
    std::size_t longest_key_ = 0;
    std::size_t keys_size_ = 0;  ///< of all
};

}  // namespace

std::string write_protobuf(const Snapshot& snapshot) {
    return Writer(snapshot).run();
}

}  // namespace erp
