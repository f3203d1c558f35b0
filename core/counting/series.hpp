#pragma once

#include "core/counting/detail.hpp"
#include "core/counting/histogram.hpp"
#include "core/counting/scheme.hpp"
#include "core/metrics/samples.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

/// Counts as series: a family is a sum over a kind that is kept finer. `counts` is a Counts of some
/// scheme.
namespace erp::counting {

/// Where a label stands among those of a kind; does not compile if it does not.
template <class K, auto L>
consteval std::size_t position_of() {
    const auto found = std::ranges::find(K::kLabels, L);
    if (found == K::kLabels.end()) throw "the kind is not kept by this label";
    return static_cast<std::size_t>(found - K::kLabels.begin());
}

/// The texts of a key of the labels `By`.
template <auto... By, class C>
[[nodiscard]] std::array<std::string_view, sizeof...(By)> texts(const C& counts,
                                                                const Key<sizeof...(By)>& key) {
    std::size_t i = 0;
    return {counts.text(By, key[i++])...};
}

/// A series for each combination of the labels `By`, with the sum of `value(cell)` over what else
/// the kind is kept by.
template <class K, auto... By, class C, class Value>
void add_sums(Samples& samples, MetricWith<sizeof...(By)> metric, const C& counts, Value value) {
    Table<sizeof...(By), double> sums(K::kMost);
    for (const auto& row : counts.template of<K>())
        sums.at({row.key[position_of<K, By>()]...}) += static_cast<double>(value(row.cell));
    for (const auto& [key, sum] : sums.rows())
        samples.add_row(metric.get(), sum, texts<By...>(counts, key));
}

/// The texts of a row, in the order of the kind's labels.
template <class K, class C>
[[nodiscard]] auto labels_of(const C& counts, const typename K::RowType& row) {
    std::array<std::string_view, K::kLabels.size()> labels{};
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = counts.text(K::kLabels[i], row.key[i]);
    return labels;
}

/// A histogram series for each row, with its detail where there is one. `few`: bounds that are
/// shown, out of those that are kept; empty: all of them.
template <class K, class C, std::size_t N>
void add_histograms(Samples& samples,
                    MetricWith<K::kLabels.size()> metric,
                    const C& counts,
                    const std::array<std::int64_t, N>& bounds,
                    const Details& details = {},
                    std::span<const std::int64_t> few = {}) {
    std::size_t index = 0;
    for (const auto& row : counts.template of<K>()) {
        const Detail* detail = index < details.size() ? details[index].get() : nullptr;
        ++index;
        Distribution shown = to_distribution(row.cell, bounds);
        if (!few.empty()) {
            std::erase_if(shown.steps, [few](const auto& step) {
                return std::ranges::find(few, step.bound, to_seconds) == few.end();
            });
        }
        if (detail != nullptr) shown.native = detail->native;
        samples.add_distribution(metric.get(), std::move(shown), labels_of<K>(counts, row));
        if (detail != nullptr && !detail->exemplars.empty())
            samples.add_exemplars(detail->exemplars);
    }
}

}  // namespace erp::counting
