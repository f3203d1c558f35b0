#include "core/base/deadline.hpp"
#include "core/metrics/native_histogram.hpp"
#include "core/scrape/self_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

namespace erp::self {
namespace {

template <class Builder>
auto& family(Builder builder, prometheus::Registry& registry, const Metric& metric) {
    return builder.Name(std::string(metric.name)).Help(std::string(metric.help)).Register(registry);
}

const Metric* row_named(std::string_view name) {
    for (const Metric* metric : kMetrics) {
        if (metric->name == name) return metric;
    }
    return nullptr;
}

std::vector<std::string_view> values_of(
    const Metric& row, const std::vector<prometheus::ClientMetric::Label>& labels) {
    std::vector<std::string_view> values;
    for (const std::string_view key : row.labels) {
        std::string_view value;
        for (const auto& label : labels) {
            if (label.name == key) value = label.value;
        }
        values.push_back(value);
    }
    return values;
}

}  // namespace

struct Counters::Impl {
    const double since = unix_now();
    std::mutex mutex;  ///< the registry has no native buckets: both are observed and read as one
    NativeHistogram native_scrapes;
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests =
        family(prometheus::BuildCounter(), registry, kHttpRequests);
    prometheus::Histogram& scrapes =
        family(prometheus::BuildHistogram(), registry, kScrapeDuration)
            .Add({},
                 prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                         0.1, 0.25, 0.5, 1, 2.5, 5, 10});
    prometheus::Gauge& reload_successful =
        family(prometheus::BuildGauge(), registry, kReloadSuccessful).Add({});
    prometheus::Gauge& reload_timestamp =
        family(prometheus::BuildGauge(), registry, kReloadTimestamp).Add({});

    /// Of the one histogram there is.
    [[nodiscard]] Distribution distribution(
        const prometheus::ClientMetric::Histogram& histogram) const {
        Distribution d;
        d.sum = histogram.sample_sum;
        d.count = histogram.sample_count;
        for (const auto& bucket : histogram.bucket) {
            if (bucket.upper_bound == std::numeric_limits<double>::infinity()) continue;
            d.steps.push_back({bucket.upper_bound, static_cast<double>(bucket.cumulative_count)});
        }
        d.native = std::make_shared<const NativeBuckets>(native_scrapes.buckets());
        return d;
    }
};

Counters::Counters() : impl_(std::make_unique<Impl>()) {}
Counters::~Counters() = default;

void Counters::count_request(std::string_view path, unsigned code) {
    // Add() returns the counter that is there already for these labels.
    impl_->requests.Add({{"path", std::string(path)}, {"code", std::to_string(code)}}).Increment();
}

void Counters::observe_scrape(double seconds) {
    const std::lock_guard lock(impl_->mutex);
    impl_->scrapes.Observe(seconds);
    impl_->native_scrapes.observe(seconds);
}

void Counters::reload(bool successful) {
    impl_->reload_successful.Set(successful ? 1 : 0);
    if (successful) impl_->reload_timestamp.Set(unix_now());
}

Samples Counters::collect() const {
    const std::lock_guard lock(impl_->mutex);
    Samples samples;
    samples.count_since(impl_->since);
    for (const prometheus::MetricFamily& family : impl_->registry.Collect()) {
        const Metric* row = row_named(family.name);
        if (row == nullptr) continue;
        for (const prometheus::ClientMetric& metric : family.metric) {
            const std::vector<std::string_view> labels = values_of(*row, metric.label);
            switch (family.type) {
                case prometheus::MetricType::Histogram:
                    samples.add_distribution(*row, impl_->distribution(metric.histogram), labels);
                    break;
                case prometheus::MetricType::Counter:
                    samples.add_row(*row, metric.counter.value, labels);
                    break;
                default:
                    samples.add_row(*row, metric.gauge.value, labels);
            }
        }
    }
    return samples;
}

}  // namespace erp::self
