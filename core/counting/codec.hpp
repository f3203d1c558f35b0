#pragma once

#include "core/counting/histogram.hpp"
#include "core/counting/scheme.hpp"
#include "core/tail/byte_codec.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

/// Counts for a snapshot, and back. Labels are kept as texts, so that another order of words in the
/// code changes nothing.
namespace erp::counting {

/// Both directions of a cell in one place: `field` is told each number of it. A cell of a scheme's
/// own has such a function in its own namespace.
template <class Field>
void each(std::uint64_t& cell, Field field) {
    field(cell);
}
template <class Field>
void each(std::int64_t& cell, Field field) {
    auto number = std::bit_cast<std::uint64_t>(cell);
    field(number);
    cell = std::bit_cast<std::int64_t>(number);
}
template <class Field>
void each(double& cell, Field field) {
    auto number = std::bit_cast<std::uint64_t>(cell);
    field(number);
    cell = std::bit_cast<double>(number);
}
template <std::size_t N, class Field>
void each(Histogram<N>& cell, Field field) {
    for (std::uint64_t& count : cell.counts)
        field(count);
    each(cell.sum, field);
}

template <class K>
void put_rows(const RowsOf<K>& rows, std::string& out) {
    tail::put(out, std::uint64_t{rows.size()});
    for (const auto& row : rows) {
        for (const Names::Number number : row.key)
            tail::put(out, std::uint64_t{number});
        auto cell = row.cell;
        each(cell, [&out](std::uint64_t& number) { tail::put(out, number); });
    }
}

template <class K>
[[nodiscard]] bool read_rows(tail::ByteReader& in,
                             std::uint64_t version,
                             const NameTexts& names,
                             RowsOf<K>& rows) {
    if (version < K::kSince) return true;
    rows.resize(in.count());
    if (rows.size() > K::kMost + 1) return false;
    for (auto& row : rows) {
        for (std::size_t i = 0; i < row.key.size(); ++i) {
            const std::uint64_t number = in.number();
            if (number >= names[static_cast<std::size_t>(K::kLabels[i])].size()) return false;
            row.key[i] = static_cast<Names::Number>(number);
        }
        each(row.cell, [&in](std::uint64_t& number) { number = in.number(); });
    }
    return in.ok();
}

void put_names(const NameTexts& names, std::string& out);
/// `most`: as AllNames.
[[nodiscard]] bool read_names(tail::ByteReader& in,
                              std::span<const std::size_t> most,
                              NameTexts& names);

template <class S>
void encode(const Counts<S>& counts, std::string& out) {
    tail::put(out, S::kVersion);
    put_names(*counts.names, out);
    std::apply([&out](const auto&... rows) { (put_rows(rows, out), ...); }, counts.rows);
}

/// Kinds that an earlier version of the scheme did not have are empty. Nothing in `counts` and
/// false: the bytes are damaged, or of a later version.
template <class S>
[[nodiscard]] bool decode(tail::ByteReader& in, Counts<S>& counts) {
    const std::uint64_t version = in.number();
    if (version == 0 || version > S::kVersion) return false;
    auto names = std::make_shared<NameTexts>();
    Counts<S> read;
    const bool whole =
        read_names(in, S::kMostTexts, *names) &&
        std::apply([&](auto&... rows) { return (read_rows(in, version, *names, rows) && ...); },
                   read.rows);
    if (!whole) return false;
    read.names = std::move(names);
    counts = std::move(read);
    return true;
}

}  // namespace erp::counting
