#pragma once

#include "core/counting/scheme.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

/// Counts without what is gone: rows and names are few, and who is gone keeps those of who comes.
namespace erp::counting {

/// By label and old number: the new number, or kOther for a name that no row has any more.
using NewNumbers = std::vector<std::vector<Names::Number>>;

/// Marks the numbers that rows have.
template <class K>
void mark_used(const RowsOf<K>& rows, NewNumbers& used) {
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.key.size(); ++i)
            used[static_cast<std::size_t>(K::kLabels[i])][row.key[i]] = 1;
    }
}

/// Marks become numbers, in the old order.
inline std::shared_ptr<const NameTexts> renumber(const NameTexts& names, NewNumbers& numbers) {
    auto kept = std::make_shared<NameTexts>(names.size());
    for (std::size_t label = 0; label < names.size(); ++label) {
        std::vector<std::string>& texts = (*kept)[label];
        for (std::size_t i = 0; i < names[label].size(); ++i) {
            Names::Number& number = numbers[label][i];
            if (i > Names::kNone && number == 0) continue;
            number = static_cast<Names::Number>(texts.size());
            texts.push_back(names[label][i]);
        }
    }
    return kept;
}

/// Takes the rows of all numbers of `label` that `gone` says, by number, and then the names that
/// no row has.
template <class S>
NewNumbers forget(Counts<S>& counts, typename S::Label label, const std::vector<bool>& gone) {
    NewNumbers numbers;
    for (const std::vector<std::string>& texts : *counts.names)
        numbers.emplace_back(texts.size(), Names::kOther);
    S::Kinds::for_each([&]<class K>() {
        auto& rows = std::get<RowsOf<K>>(counts.rows);
        const auto at = std::ranges::find(K::kLabels, label);
        if (at != K::kLabels.end()) {
            const auto i = static_cast<std::size_t>(at - K::kLabels.begin());
            std::erase_if(rows, [&](const auto& row) { return gone[row.key[i]]; });
        }
        mark_used<K>(rows, numbers);
    });
    counts.names = renumber(*counts.names, numbers);
    S::Kinds::for_each([&]<class K>() {
        for (auto& row : std::get<RowsOf<K>>(counts.rows)) {
            for (std::size_t i = 0; i < row.key.size(); ++i)
                row.key[i] = numbers[static_cast<std::size_t>(K::kLabels[i])][row.key[i]];
        }
    });
    return numbers;
}

}  // namespace erp::counting
