#include "exporters/redis/info.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <cmath>

namespace erp::redis {
namespace {

/// A ratio over nothing is printed as "nan" or "inf": there is no value.
std::optional<double> finite(std::string_view text) {
    const auto value = to_double(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace

Info Info::parse(std::string_view reply) {
    Info info;
    info.lines_.reserve(reply.size() / 24);
    while (!reply.empty()) {
        const std::size_t end = reply.find('\n');
        std::string_view line = reply.substr(0, end);
        reply.remove_prefix(end == std::string_view::npos ? reply.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        if (line.front() == '#') {
            info.sections_.push_back(trim(line.substr(1)));
            continue;
        }
        const auto field = cut(line, ':');
        if (!field) continue;
        info.lines_.push_back(*field);
    }
    info.sorted_ = info.lines_;
    std::ranges::stable_sort(info.sorted_, {}, &Line::first);
    return info;
}

std::optional<std::string_view> Info::text(std::string_view field) const {
    const auto it = std::ranges::lower_bound(sorted_, field, {}, &Line::first);
    if (it == sorted_.end() || it->first != field) return std::nullopt;
    return it->second;
}

bool Info::has_section(std::string_view name) const {
    return std::ranges::any_of(
        sections_, [name](std::string_view section) { return same_word(section, name); });
}

std::optional<double> Info::number(std::string_view field) const {
    const auto value = text(field);
    if (!value) return std::nullopt;
    return finite(value->ends_with('%') ? value->substr(0, value->size() - 1) : *value);
}

std::optional<std::string_view> item(std::string_view list, std::string_view key) {
    for (;;) {
        const std::size_t end = list.find(',');
        const auto pair = cut(list.substr(0, end), '=');
        if (pair && pair->first == key) return pair->second;
        if (end == std::string_view::npos) return std::nullopt;
        list.remove_prefix(end + 1);
    }
}

std::optional<double> number_item(std::string_view list, std::string_view key) {
    const auto value = item(list, key);
    return value ? finite(*value) : std::nullopt;
}

}  // namespace erp::redis
