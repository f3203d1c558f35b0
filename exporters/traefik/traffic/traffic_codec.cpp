#include "exporters/traefik/traffic/traffic_codec.hpp"

#include <bit>
#include <utility>

namespace erp::traefik {
namespace {

using tail::ByteReader;
using tail::put;

constexpr std::uint64_t kVersion = 1;

/// Both directions of a cell in one place: `Field` is told each number of it.
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
void each(RequestCell& cell, Field field) {
    field(cell.requests);
    field(cell.request_bytes);
    field(cell.response_bytes);
}
template <std::size_t N, class Field>
void each(Histogram<N>& cell, Field field) {
    for (std::uint64_t& count : cell.counts)
        field(count);
    auto sum = std::bit_cast<std::uint64_t>(cell.sum);
    field(sum);
    cell.sum = std::bit_cast<double>(sum);
}
template <class Field>
void each(ServerCell& cell, Field field) {
    field(cell.requests);
    field(cell.errors);
    each(cell.last_success, field);
}
template <class Field>
void each(NativeCell& cell, Field field) {
    each(cell.durations, field);
    field(cell.requests);
    field(cell.request_bytes);
    field(cell.response_bytes);
}

template <class K>
void put_rows(const RowsOf<K>& rows, std::string& out) {
    put(out, std::uint64_t{rows.size()});
    for (const auto& row : rows) {
        for (const Names::Number number : row.key)
            put(out, std::uint64_t{number});
        auto cell = row.cell;
        each(cell, [&out](std::uint64_t& number) { put(out, number); });
    }
}

template <class K>
[[nodiscard]] bool read_rows(ByteReader& in, const NameTexts& names, RowsOf<K>& rows) {
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

[[nodiscard]] bool read_names(ByteReader& in, NameTexts& names) {
    if (in.count() != kLabels) return false;
    for (std::size_t label = 0; label < kLabels; ++label) {
        const std::uint64_t texts = in.count();
        if (texts > most_of(static_cast<Label>(label)) + 2) return false;
        for (std::uint64_t i = 0; i < texts; ++i)
            names[label].emplace_back(in.text());
    }
    return in.ok();
}

}  // namespace

void encode(const Traffic& traffic, std::string& out) {
    put(out, kVersion);
    put(out, std::uint64_t{kLabels});
    for (const std::vector<std::string>& texts : *traffic.names) {
        put(out, std::uint64_t{texts.size()});
        for (const std::string& text : texts)
            put(out, std::string_view(text));
    }
    std::apply([&out](const auto&... rows) { (put_rows(rows, out), ...); }, traffic.rows);
    encode(traffic.durations, out);
    encode(traffic.upstream, out);
}

std::optional<Traffic> decode(ByteReader& in) {
    if (in.number() != kVersion) return std::nullopt;
    auto names = std::make_shared<NameTexts>();
    if (!read_names(in, *names)) return std::nullopt;
    Traffic traffic;
    const bool whole = std::apply(
        [&](auto&... rows) { return (read_rows(in, *names, rows) && ...); }, traffic.rows);
    if (!whole || !decode(in, Durations::kMost + 1, traffic.durations) ||
        !decode(in, Upstream::kMost + 1, traffic.upstream)) {
        return std::nullopt;
    }
    traffic.names = std::move(names);
    return traffic;
}

}  // namespace erp::traefik
