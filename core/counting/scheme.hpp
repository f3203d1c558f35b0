#pragma once

#include "core/counting/names.hpp"
#include "core/counting/table.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

/// What a log reader counts, declared as data. A scheme is a struct with
///     using Label = ...;                         an enum from 0: what counts are kept by
///     static constexpr std::uint64_t kVersion;   of its bytes in a snapshot (codec.hpp), from 1;
///                                                one more when kinds are added at the end
///     static constexpr std::array<std::size_t, N> kMostTexts;   by Label: texts that keep their
///                                                names; what is beyond becomes `_other`
///     using Kinds = KindList<...>;               in the order of a snapshot's bytes
namespace erp::counting {

/// One kind of count: how many rows at most, what is kept, and the labels that it is kept by.
template <std::size_t Most, class CellType, auto... Labels>
struct Kind {
    static constexpr std::size_t kMost = Most;
    /// The version of its scheme that had it first; a later kind says its own.
    static constexpr std::uint64_t kSince = 1;
    static constexpr std::array kLabels{Labels...};
    using Cell = CellType;
    using RowType = Row<sizeof...(Labels), Cell>;
    using TableType = Table<sizeof...(Labels), Cell>;
};

template <class... Kinds>
struct KindList {
    template <template <class> class Of>
    using Tuple = std::tuple<Of<Kinds>...>;
    /// Calls `function.template operator()<K>()` for each.
    template <class Function>
    static void for_each(Function function) {
        (function.template operator()<Kinds>(), ...);
    }
};

template <class K>
struct RowsOf : std::vector<typename K::RowType> {};
template <class K>
struct TableOf : K::TableType {
    TableOf() : K::TableType(K::kMost) {}
};

/// All that was counted up to one line of a log. Immutable once published: what a page shows and
/// what is on disk are the same object.
template <class S>
struct Counts {
    using Scheme = S;
    std::shared_ptr<const NameTexts> names;
    /// How often a count went into `_other`, since its rows or a label's names are all taken; from
    /// 0 after a restart.
    std::uint64_t refused = 0;
    typename S::Kinds::template Tuple<RowsOf> rows;

    template <class K>
    [[nodiscard]] const RowsOf<K>& of() const {
        return std::get<RowsOf<K>>(rows);
    }
    [[nodiscard]] std::string_view text(typename S::Label label, Names::Number number) const {
        return (*names)[static_cast<std::size_t>(label)][number];
    }
};

/// Where it is counted. One thread.
template <class S>
class Tables {
  public:
    [[nodiscard]] Names::Number number(typename S::Label label, std::string_view text) {
        return names_[static_cast<std::size_t>(label)].number(text);
    }
    template <class K>
    [[nodiscard]] TableOf<K>& of() {
        return std::get<TableOf<K>>(tables_);
    }

    /// The state at this moment.
    void copy_to(Counts<S>& counts) {
        counts.names = names_.texts();
        counts.refused = earlier_refused_ + names_.refused();
        S::Kinds::for_each([&]<class K>() {
            const auto& rows = of<K>().rows();
            std::get<RowsOf<K>>(counts.rows).assign(rows.begin(), rows.end());
            counts.refused += of<K>().refused();
        });
    }
    /// False: the names are not those of a Tables; all is empty then.
    [[nodiscard]] bool restore(const Counts<S>& counts) {
        if (!names_.restore(*counts.names)) {
            *this = Tables();
            return false;
        }
        S::Kinds::for_each([&]<class K>() { of<K>().restore(counts.template of<K>()); });
        earlier_refused_ = counts.refused;
        return true;
    }

  private:
    AllNames names_{S::kMostTexts};
    std::uint64_t earlier_refused_ = 0;  ///< before restore()
    typename S::Kinds::template Tuple<TableOf> tables_;
};

}  // namespace erp::counting
