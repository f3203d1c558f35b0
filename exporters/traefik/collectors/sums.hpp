#pragma once

#include "core/metrics/samples.hpp"
#include "exporters/traefik/traffic/traffic.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace erp::traefik {

/// Where a label stands among those of a kind; does not compile if it does not.
template <class K, Label L>
consteval std::size_t position_of() {
    const auto found = std::ranges::find(K::kLabels, L);
    if (found == K::kLabels.end()) throw "the kind is not kept by this label";
    return static_cast<std::size_t>(found - K::kLabels.begin());
}

/// The texts of a key of the labels `By`.
template <Label... By>
[[nodiscard]] std::array<std::string_view, sizeof...(By)> texts(const Traffic& traffic,
                                                                const Key<sizeof...(By)>& key) {
    std::size_t i = 0;
    return {traffic.text(By, key[i++])...};
}

/// A series for each combination of the labels `By`, with the sum of `value(cell)` over what else
/// the kind is kept by.
template <class K, Label... By, class Value>
void add_sums(Samples& samples,
              MetricWith<sizeof...(By)> metric,
              const Traffic& traffic,
              Value value) {
    Table<sizeof...(By), double> sums(K::kMost);
    for (const auto& row : traffic.of<K>())
        sums.at({row.key[position_of<K, By>()]...}) += static_cast<double>(value(row.cell));
    for (const auto& [key, sum] : sums.rows())
        samples.add_row(metric.get(), sum, texts<By...>(traffic, key));
}

/// The texts of a row, in the order of the kind's labels.
template <class K>
[[nodiscard]] auto labels_of(const Traffic& traffic, const typename K::RowType& row) {
    std::array<std::string_view, K::kLabels.size()> labels{};
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = traffic.text(K::kLabels[i], row.key[i]);
    return labels;
}

/// A histogram series for each row, with its detail where there is one.
template <class K, std::size_t N>
void add_histograms(Samples& samples,
                    MetricWith<K::kLabels.size()> metric,
                    const Traffic& traffic,
                    const std::array<std::int64_t, N>& bounds,
                    const Details& details = {}) {
    std::size_t index = 0;
    for (const auto& row : traffic.of<K>()) {
        const Detail* detail = index < details.size() ? details[index].get() : nullptr;
        ++index;
        Distribution shown = to_distribution(row.cell, bounds);
        if (detail != nullptr) shown.native = detail->native;
        samples.add_distribution(metric.get(), std::move(shown), labels_of<K>(traffic, row));
        if (detail != nullptr && !detail->exemplars.empty())
            samples.add_exemplars(detail->exemplars);
    }
}

}  // namespace erp::traefik
