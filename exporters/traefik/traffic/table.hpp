#pragma once

#include "exporters/traefik/traffic/names.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace erp::traefik {

/// Numbers of label values, in the order of a table's labels.
template <std::size_t N>
using Key = std::array<Names::Number, N>;

/// What is counted for one combination of label values.
template <std::size_t N, class Cell>
struct Row {
    Key<N> key{};
    Cell cell{};
};

/// Cells by the numbers of N labels, in the order of their first use, at most `most` and one for
/// all that is beyond. Rows lie side by side, so that a copy costs little. One thread.
template <std::size_t N, class Cell>
class Table {
  public:
    using Rows = std::vector<Row<N, Cell>>;

    explicit Table(std::size_t most) : most_(most), slots_(64) {}

    /// Valid until the next call.
    [[nodiscard]] Cell& at(const Key<N>& key) { return rows_[index_of(key)].cell; }
    [[nodiscard]] std::size_t index_of(const Key<N>& key) {
        const std::size_t slot = slot_of(key);
        if (slots_[slot] != 0) return slots_[slot] - 1;
        // All kOther, which is 0.
        if (rows_.size() >= most_ && key != Key<N>{}) return index_of(Key<N>{});
        add(key, slot);
        return rows_.size() - 1;
    }
    [[nodiscard]] Cell& cell(std::size_t index) { return rows_[index].cell; }
    [[nodiscard]] const Rows& rows() const { return rows_; }

    void restore(const Rows& rows) {
        rows_.clear();
        slots_.assign(64, 0);
        for (const Row<N, Cell>& row : rows)
            at(row.key) = row.cell;
    }

  private:
    [[nodiscard]] std::size_t slot_of(const Key<N>& key) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t slot = hash(key) & mask;
        while (slots_[slot] != 0 && rows_[slots_[slot] - 1].key != key)
            slot = (slot + 1) & mask;
        return slot;
    }

    [[nodiscard]] static std::size_t hash(const Key<N>& key) {
        std::uint64_t mixed = 0;
        for (const Names::Number number : key)
            mixed = (std::rotl(mixed, 23) ^ number) * 0x9E3779B97F4A7C15ULL;
        return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }

    void add(const Key<N>& key, std::size_t slot) {
        rows_.push_back({key, {}});
        slots_[slot] = static_cast<std::uint32_t>(rows_.size());
        if (2 * rows_.size() < slots_.size()) return;
        slots_.assign(2 * slots_.size(), 0);
        for (std::size_t i = 0; i < rows_.size(); ++i)
            slots_[slot_of(rows_[i].key)] = static_cast<std::uint32_t>(i + 1);
    }

    std::size_t most_;
    Rows rows_;
    std::vector<std::uint32_t> slots_;  ///< index of a row, plus 1; 0: empty
};

}  // namespace erp::traefik
