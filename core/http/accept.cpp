#include "core/http/accept.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"

#include <algorithm>

namespace erp {
namespace {

std::string_view unquoted(std::string_view value) {
    const bool quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
    return quoted ? value.substr(1, value.size() - 2) : value;
}

std::optional<Preference> preference(std::string_view entry) {
    const auto [word, parameters] = cut(entry, ';').value_or(std::pair{entry, std::string_view{}});
    Preference preference{.word = trim(word), .parameters = {}};
    if (preference.word.empty()) return std::nullopt;
    for (const std::string_view parameter : split(parameters, ';')) {
        const auto pair = cut(parameter, '=');
        if (!pair) continue;
        const std::string_view name = trim(pair->first);
        const std::string_view value = unquoted(trim(pair->second));
        if (!same_word(name, "q")) {
            preference.parameters.emplace_back(name, value);
            continue;
        }
        const auto weight = to_double(value);
        if (!weight || !(*weight >= 0)) return std::nullopt;
        preference.weight = std::min(*weight, 1.0);
    }
    return preference;
}

}  // namespace

std::optional<std::string_view> Preference::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (same_word(key, name)) return value;
    }
    return std::nullopt;
}

bool Preference::is(std::string_view its_word) const {
    return same_word(word, its_word);
}

std::vector<Preference> preferences(std::string_view header) {
    std::vector<Preference> all;
    for (const std::string_view entry : split(header, ',')) {
        if (auto one = preference(entry)) all.push_back(std::move(*one));
    }
    return all;
}

}  // namespace erp
