#pragma once

#include "core/counting/series.hpp"
#include "exporters/odoo/counts/databases.hpp"
#include "exporters/odoo/counts/log_counts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

/// Series that are there, with 0, before the first event that they count: Prometheus' increase()
/// does not see the value with which a series begins. Only for events that alerts count one by one,
/// and labels with few words that are known.
namespace erp::odoo {

template <std::size_t N>
using Texts = std::array<std::string_view, N>;

/// Each database that the log has named, by each of these words.
template <std::size_t N, std::size_t Words>
[[nodiscard]] std::vector<Texts<N + 1>> for_each_database(
    const LogCounts& counts, const std::array<Texts<N>, Words>& words) {
    std::vector<Texts<N + 1>> all;
    for (const std::string_view datname :
         (*counts.names)[static_cast<std::size_t>(Label::datname)]) {
        if (datname.empty() || datname == kOtherLabel || datname == kUnknownDatabase) {
            continue;
        }
        for (const Texts<N>& word : words) {
            Texts<N + 1> row{datname};
            std::ranges::copy(word, row.begin() + 1);
            all.push_back(row);
        }
    }
    return all;
}

/// As counting::add_sums() of plain counts, and 0 for those of `zeros` that were never counted.
template <class K, Label... By>
void add_sums_from_zero(Samples& samples,
                        MetricWith<sizeof...(By)> metric,
                        const LogCounts& counts,
                        const auto& zeros) {
    std::map<Texts<sizeof...(By)>, double> sums;
    for (const Texts<sizeof...(By)>& zero : zeros)
        sums.emplace(zero, 0);
    for (const auto& row : counts.of<K>()) {
        const auto texts =
            counting::texts<By...>(counts, {row.key[counting::position_of<K, By>()]...});
        sums[texts] += static_cast<double>(row.cell);
    }
    for (const auto& [texts, sum] : sums)
        samples.add_row(metric.get(), sum, texts);
}

}  // namespace erp::odoo
