#pragma once

#include "core/counting/names.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace erp::counting {

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
        const std::uint64_t hash = hash_of(key);
        const std::size_t slot = slot_of(key, hash);
        if (slots_[slot].row != 0) return slots_[slot].row - 1;
        // All kOther, which is 0.
        if (rows_.size() >= most_ && !same(key, Key<N>{})) {
            ++refused_;
            return index_of(Key<N>{});
        }
        add(key, hash, slot);
        return rows_.size() - 1;
    }
    /// Whether it is the row of all that is beyond, whose key says nothing of what is counted
    /// there.
    [[nodiscard]] bool is_surplus(std::size_t index) const {
        return same(rows_[index].key, Key<N>{});
    }
    /// How often a key got the row of all that is beyond, since it was made.
    [[nodiscard]] std::uint64_t refused() const { return refused_; }
    [[nodiscard]] Cell& cell(std::size_t index) { return rows_[index].cell; }
    [[nodiscard]] const Rows& rows() const { return rows_; }

    void restore(const Rows& rows) {
        rows_.clear();
        slots_.assign(64, {});
        for (const Row<N, Cell>& row : rows)
            at(row.key) = row.cell;
    }

  private:
    /// The row's own memory is touched when it is very likely the one.
    struct Slot {
        std::uint32_t tag = 0;  ///< of its hash
        std::uint32_t row = 0;  ///< index, plus 1; 0: empty
    };

    [[nodiscard]] std::size_t slot_of(const Key<N>& key, std::uint64_t hash) const {
        const std::size_t mask = slots_.size() - 1;
        const auto tag = static_cast<std::uint32_t>(hash >> 32);
        std::size_t slot = hash & mask;
        while (slots_[slot].row != 0 &&
               (slots_[slot].tag != tag || !same(rows_[slots_[slot].row - 1].key, key)))
            slot = (slot + 1) & mask;
        return slot;
    }

    // Both go number by number: the key was written so a moment ago, and a wider load, such as
    // memcmp's, has to wait until that has reached the cache.
    [[nodiscard]] static bool same(const Key<N>& one, const Key<N>& other) {
        unsigned differing = 0;
        for (std::size_t i = 0; i < N; ++i)
            differing |= static_cast<unsigned>(one[i] ^ other[i]);
        return differing == 0;
    }
    [[nodiscard]] static std::uint64_t hash_of(const Key<N>& key) {
        std::uint64_t mixed = 0;
        for (std::size_t i = 0; i < N; i += 4) {
            std::uint64_t word = 0;
            for (std::size_t j = i; j < std::min(N, i + 4); ++j)
                word = word << 16U | key[j];
            mixed = (std::rotl(mixed, 23) ^ word) * 0x9E3779B97F4A7C15ULL;
            mixed ^= mixed >> 29;
        }
        return mixed;
    }

    void add(const Key<N>& key, std::uint64_t hash, std::size_t slot) {
        rows_.push_back({key, {}});
        place(hash, slot, rows_.size());
        if (2 * rows_.size() < slots_.size()) return;
        slots_.assign(2 * slots_.size(), {});
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const std::uint64_t again = hash_of(rows_[i].key);
            place(again, slot_of(rows_[i].key, again), i + 1);
        }
    }

    void place(std::uint64_t hash, std::size_t slot, std::size_t row) {
        slots_[slot] = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(row)};
    }

    std::size_t most_;
    std::uint64_t refused_ = 0;
    Rows rows_;
    std::vector<Slot> slots_;
};

}  // namespace erp::counting
