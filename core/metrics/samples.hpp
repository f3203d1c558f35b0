#pragma once

#include "core/base/text.hpp"
#include "core/metrics/metric.hpp"
#include "core/tenancy/database.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace erp {

/// A metric together with the number of values that its labels need, checked while compiling:
/// `samples.add(kLocksCount, 3, datname, mode)` does not compile with one label too many or too
/// few.
template <std::size_t N>
class MetricWith {
  public:
    // NOLINTNEXTLINE(google-explicit-constructor): the conversion is the check
    consteval MetricWith(const Metric& metric) : metric_(&metric) {
        if (metric.labels.size() != N) throw "the number of label values differs from the labels";
    }
    [[nodiscard]] constexpr const Metric& get() const { return *metric_; }

  private:
    const Metric* metric_;
};

/// Buckets that grow by a constant factor (Prometheus' native histograms, of values that are not
/// negative). Immutable.
struct NativeBuckets {
    struct Span {
        std::int32_t offset =
            0;  ///< empty buckets since the previous span; of the first: its index
        std::uint32_t length = 0;
    };
    int schema = 0;  ///< a bucket's bounds differ by the factor 2^(2^-schema)
    double zero_threshold = 0;
    std::uint64_t zero_count = 0;
    std::vector<Span> spans;
    std::vector<std::int64_t> deltas;  ///< of a bucket's count to that of the bucket before it
};

/// A request to look at in detail, for a counter or a bucket: shown in OpenMetrics and protobuf.
struct Exemplar {
    /// All keys and values together; OpenMetrics 1.0 allows 128 characters.
    static constexpr std::size_t kMostLabelBytes = 128;
    std::vector<std::pair<std::string, std::string>> labels;  ///< for example trace_id
    double value = 0;
    double unix_time = 0;  ///< seconds; 0: not known
};

/// Value of a histogram or summary series.
struct Distribution {
    struct Step {
        double bound = 0;  ///< upper bound of a bucket, or the quantile as the peer names it
        double value = 0;  ///< cumulative count, or the value at the quantile
    };
    std::vector<Step> steps;  ///< ascending; the +Inf bucket is implied by `count`
    double sum = 0;
    std::uint64_t count = 0;
    /// The same observations in native buckets; null: there are none.
    std::shared_ptr<const NativeBuckets> native = {};
};

/// What one collector returns: points of declared metrics. Appending is the only change; a
/// published Samples is immutable and may be read from any thread.
class Samples {
  public:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    Samples() = default;
    ~Samples() = default;
    Samples(const Samples&) = delete;  // points hold addresses of run-time families
    Samples& operator=(const Samples&) = delete;
    Samples(Samples&&) = default;
    Samples& operator=(Samples&&) = default;

    /// One series and its value. `labels` is the series' label values, each followed by NUL, in the
    /// order of the metric's keys (label values never hold NUL).
    struct Point {
        const Metric* metric;
        std::uint32_t labels_at;
        std::uint32_t labels_size;
        double value;
        std::uint32_t distribution;
        std::uint32_t exemplars;
    };

    template <class... Labels>
    void add(std::type_identity_t<MetricWith<sizeof...(Labels)>> metric,
             double value,
             const Labels&... labels) {
        const std::uint32_t at = begin_labels();
        (append_label(std::string_view(labels)), ...);
        end_point(metric.get(), at, value);
    }

    /// NULL, a missing field, an unsupported version: no sample.
    template <class... Labels>
    void add(std::type_identity_t<MetricWith<sizeof...(Labels)>> metric,
             std::optional<double> value,
             const Labels&... labels) {
        if (value) add(metric, *value, labels...);
    }

    /// For tables that map fields to metrics. The number of values must be that of the labels.
    void add_row(const Metric& metric, double value, std::span<const std::string_view> labels);

    /// A histogram or summary series.
    void add_distribution(const Metric& metric,
                          Distribution value,
                          std::span<const std::string_view> labels);

    /// Of the point added last, the newest at the end. One with an illegal key or more text than
    /// allowed is left out.
    void add_exemplars(std::vector<Exemplar> exemplars);

    /// Since when counters, histograms and summaries of these samples count, where that is known:
    /// Unix time in seconds.
    void count_since(double unix_time) { counted_since_ = unix_time; }
    [[nodiscard]] std::optional<double> counted_since() const { return counted_since_; }

    /// A family known only at run time, without labels beyond `labels`. Returns false, and adds
    /// nothing, if the name is illegal or does not start with the pattern's prefix, or when the
    /// pattern's cap is reached.
    bool add_runtime(const MetricPattern& pattern,
                     std::string_view name,
                     std::string_view help,
                     double value,
                     const LabelKeys& keys = {},
                     std::span<const std::string_view> labels = {});

    /// A database that exists on the target now, whether or not a series is about it. A collector
    /// that names one names all of them.
    void name_database(std::string_view name, bool internal) {
        databases_.push_back({to_label_value(name), internal});
    }
    [[nodiscard]] const std::vector<Database>& databases() const { return databases_; }

    /// Whether no label value has a character that the text formats escape.
    [[nodiscard]] bool plain() const { return plain_; }
    [[nodiscard]] bool empty() const { return points_.empty(); }
    [[nodiscard]] std::size_t size() const { return points_.size(); }
    [[nodiscard]] std::span<const Point> points() const { return points_; }
    [[nodiscard]] std::string_view labels(const Point& p) const {
        return std::string_view(text_).substr(p.labels_at, p.labels_size);
    }
    [[nodiscard]] const Distribution* distribution(const Point& p) const {
        return p.distribution == kNone ? nullptr : &distributions_[p.distribution];
    }
    [[nodiscard]] std::span<const Exemplar> exemplars(const Point& p) const {
        if (p.exemplars == kNone) return {};
        return exemplars_[p.exemplars];
    }
    /// Points that add_runtime() refused.
    [[nodiscard]] std::size_t refused() const { return refused_; }
    /// Which run of which server counted: when it changes, its counters have nothing to do with
    /// those before. Empty: not known.
    void set_run(std::string_view run) { run_ = run; }
    [[nodiscard]] const std::string& run() const { return run_; }
    void reserve(std::size_t points, std::size_t label_bytes);
    /// What is known of `other` as a whole, without its points.
    void copy_about(const Samples& other) {
        counted_since_ = other.counted_since_;
        run_ = other.run_;
        refused_ = other.refused_;
        databases_ = other.databases_;
    }

  private:
    /// PostgreSQL has some 350 settings, each a family with texts of its own: they are made anew
    /// for each page, and go all at once.
    struct RuntimeFamilies {
        std::pmr::monotonic_buffer_resource memory{16U << 10U};
        std::pmr::deque<Metric> metrics{&memory};  // a deque: points keep pointers to its elements
        std::pmr::unordered_map<std::string_view, const Metric*> by_name{&memory};

        [[nodiscard]] std::string_view keep(std::string_view text);
    };

    std::uint32_t begin_labels() { return static_cast<std::uint32_t>(text_.size()); }
    void append_label(std::string_view value);
    void end_point(const Metric& metric, std::uint32_t at, double value);
    const Metric* runtime_metric(const MetricPattern& pattern,
                                 std::string_view name,
                                 std::string_view help,
                                 const LabelKeys& keys);

    std::vector<Point> points_;
    std::string text_;
    bool plain_ = true;
    std::vector<Distribution> distributions_;
    std::vector<std::vector<Exemplar>> exemplars_;
    std::optional<double> counted_since_;
    std::string run_;
    std::vector<Database> databases_;
    std::unique_ptr<RuntimeFamilies> runtime_;  ///< null: none
    std::size_t refused_ = 0;
};

/// Value `i` (by position) of a point's labels.
[[nodiscard]] std::string_view label_at(std::string_view labels, std::size_t i);

}  // namespace erp
