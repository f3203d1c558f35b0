#include "core/metrics/samples.hpp"

#include "core/base/text.hpp"
#include "core/metrics/rules.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace erp {
namespace {

/// What the text formats escape in a label value.
bool is_escaped(char c) {
    return c == '\\' || c == '"' || c == '\n';
}

}  // namespace

void Samples::append_label(std::string_view value) {
    if (is_label_value(value)) {
        text_ += value;
    } else {
        text_ += to_label_value(value);
    }
    if (plain_) plain_ = std::ranges::none_of(value, is_escaped);
    text_ += '\0';
}

void Samples::end_point(const Metric& metric, std::uint32_t at, double value) {
    points_.push_back(
        {&metric, at, static_cast<std::uint32_t>(text_.size() - at), value, kNone, kNone});
}

void Samples::add_row(const Metric& metric,
                      double value,
                      std::span<const std::string_view> labels) {
    if (labels.size() != metric.labels.size()) {
        throw std::logic_error("label values do not match the labels of " +
                               std::string(metric.name));
    }
    const std::uint32_t at = begin_labels();
    for (const std::string_view label : labels)
        append_label(label);
    end_point(metric, at, value);
}

void Samples::add_distribution(const Metric& metric,
                               Distribution value,
                               std::span<const std::string_view> labels) {
    const auto index = static_cast<std::uint32_t>(distributions_.size());
    distributions_.push_back(std::move(value));
    add_row(metric, 0, labels);
    points_.back().distribution = index;
}

void Samples::add_exemplars(std::vector<Exemplar> exemplars) {
    std::erase_if(exemplars, [](Exemplar& exemplar) {
        std::size_t bytes = 0;
        for (auto& [key, value] : exemplar.labels) {
            if (!rules::legal_name(key, Naming::compatible)) return true;
            value = to_label_value(value);
            bytes += key.size() + value.size();
        }
        return bytes > Exemplar::kMostLabelBytes;
    });
    if (points_.empty() || exemplars.empty()) return;
    points_.back().exemplars = static_cast<std::uint32_t>(exemplars_.size());
    exemplars_.push_back(std::move(exemplars));
}

std::string_view Samples::RuntimeFamilies::keep(std::string_view text) {
    auto* const kept = static_cast<char*>(memory.allocate(text.size() + 1, 1));
    std::ranges::copy(text, kept);
    return {kept, text.size()};
}

const Metric* Samples::runtime_metric(const MetricPattern& pattern,
                                      std::string_view name,
                                      std::string_view help,
                                      const LabelKeys& keys) {
    if (!name.starts_with(pattern.prefix) || !rules::legal_name(name, pattern.naming)) {
        return nullptr;
    }
    if (!runtime_) runtime_ = std::make_unique<RuntimeFamilies>();
    if (const auto it = runtime_->by_name.find(name); it != runtime_->by_name.end())
        return it->second;
    if (runtime_->metrics.size() >= pattern.most_families) return nullptr;
    Metric& metric = runtime_->metrics.emplace_back();
    metric.name = runtime_->keep(name);
    metric.help = runtime_->keep(is_label_value(help) ? help : to_label_value(help));
    metric.type = pattern.type;
    metric.source = pattern.source;
    metric.naming = pattern.naming;
    metric.labels = keys;
    runtime_->by_name.emplace(metric.name, &metric);
    return &metric;
}

bool Samples::add_runtime(const MetricPattern& pattern,
                          std::string_view name,
                          std::string_view help,
                          double value,
                          const LabelKeys& keys,
                          std::span<const std::string_view> labels) {
    const Metric* metric = runtime_metric(pattern, name, help, keys);
    if (metric == nullptr || metric->labels.size() != labels.size()) {
        ++refused_;
        return false;
    }
    add_row(*metric, value, labels);
    return true;
}

void Samples::reserve(std::size_t points, std::size_t label_bytes) {
    points_.reserve(points);
    text_.reserve(label_bytes);
}

std::string_view label_at(std::string_view labels, std::size_t i) {
    for (; i > 0; --i)
        labels.remove_prefix(labels.find('\0') + 1);
    return labels.substr(0, labels.find('\0'));
}

}  // namespace erp
