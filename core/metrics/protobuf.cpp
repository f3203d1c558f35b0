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
        return std::move(out_);
    }

  private:
    /// Messages are made in a block that stays in the cache.
    static constexpr std::size_t kBlock = 32768;
    static constexpr std::size_t kRoom = 3;

    [[nodiscard]] bool is_native(const Series& series) const {
        const Distribution* const distribution = series.distribution();
        return distribution != nullptr && distribution->native != nullptr &&
               snapshot_.source(series).native_histograms;
    }

    /// Prometheus takes all histograms of a message for what the first of them is, and refuses the
    /// page when another has no native buckets: those that have are a message of their own.
    void put_family(const Snapshot::Family& family) {
        const bool may_be = family.metric->type == Type::histogram;
        const auto is = [this](const Series& series) { return is_native(series); };
        const bool any = may_be && std::ranges::any_of(family.series, is);
        if (!any || std::ranges::all_of(family.series, is)) return put_message(family, {});
        put_message(family, false);
        put_message(family, true);
    }

    /// Those of its series that have native buckets, or that have none; no value: all.
    void put_message(const Snapshot::Family& family, std::optional<bool> native) {
        const Metric& metric = *family.metric;
        const Kind kind = kind_of(metric.type);
        begin_ = out_.size();
        put_bytes(block_, 1, metric.name);
        put_bytes(block_, 2, metric.help);
        block_.reserve(2 * kMostVarint);
        put_integer(block_, 3, kind.type);
        for (const Series& series : family.series) {
            if (native && *native != is_native(series)) continue;
            put_metric(series, kind.field);
            if (block_.size() > kBlock) flush();
        }
        const std::string_view unit = unit_at_end(without_total(metric.name), metric.unit);
        if (!unit.empty()) put_bytes(block_, 5, unit);
        put_length();
        flush();
    }

    /// The family's length, before it. What has been flushed left room for three bytes, which is
    /// what a family of 16 KiB to 2 MiB takes; of a longer one all is moved by a byte.
    void put_length() {
        const bool flushed = out_.size() > begin_;
        length_.clear();
        put_varint(length_, block_.size() + (flushed ? out_.size() - begin_ - kRoom : 0));
        out_.replace(begin_, flushed ? kRoom : 0, length_.view());
    }

    /// Metric: label 1 and the value in `field`. Counter, Gauge and Untyped: value 1; of a Counter,
    /// start_timestamp 3.
    void put_metric(const Series& series, unsigned field) {
        const bool number = is_number(series);
        std::size_t value = 0;
        if (number) {
            value = kDoubleField + since_of(series).size();
        } else {
            value_.clear();
            value_.append(series, snapshot_.source(series).native_histograms);
            value = value_.view().size();
        }
        const std::size_t size = labels_size(series) + field_size(value);
        block_.reserve(field_size(size));
        block_.put(tag(4, Wire::bytes));
        put_varint(block_, size);
        block_.put(prefix_of(series));
        if (!series.tenant.empty()) put_label(block_, "tenant", series.tenant);
        std::string_view labels = series.labels();
        for (const std::string& key : keys_of(*series.metric)) {
            const std::string_view text = labels.substr(0, labels.find('\0'));
            labels.remove_prefix(text.size() + 1);
            block_.put(tag(1, Wire::bytes));
            put_varint(block_, key.size() + field_size(text.size()) - 1);
            block_.put(key);
            put_varint(block_, text.size());
            block_.put(text);
        }
        block_.put(tag(field, Wire::bytes));
        put_varint(block_, value);
        if (number) {
            put_double(block_, 1, series.point->value);
            block_.put(since_of(series));
        } else {
            block_.put(value_.view());
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
        if (out_.size() == begin_) out_.append(kRoom, '\0');
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
    TextBuffer length_ = TextBuffer(kMostVarint);
    std::size_t begin_ = 0;  ///< of the family that is being written, in out_
    ValueWriter value_;
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
