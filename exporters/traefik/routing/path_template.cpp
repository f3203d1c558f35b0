#include "exporters/traefik/routing/path_template.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace erp::traefik {
namespace {

constexpr std::size_t kMostSegments = 4;
constexpr std::size_t kLongestPattern = 1000;
constexpr CacheBounds kBounds{.entries = 2048, .key_bytes = 1U << 18U, .longest_key = 512};

constexpr std::size_t kLongestWord = 32;
constexpr std::size_t kLongestName = 64;  // a model or method
constexpr std::size_t kMostLetters = 20;
constexpr std::size_t kMostConsonants = 6;  // xmlrpc
constexpr std::size_t kLeastHex = 6;
constexpr std::size_t kMostDigits = 3;

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_separator(char c) {
    return c == '.' || c == '_' || c == '-';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The part of a word between separators, judged by how random it looks.
bool reads_well(std::string_view part) {
    if (part.size() > kMostLetters) return false;
    if (part.size() >= kLeastHex && std::ranges::all_of(part, is_hex)) return false;
    std::size_t consonants = 0;
    for (const char c : part) {
        constexpr std::string_view kVowels = "aeiouyAEIOUY";
        consonants = kVowels.find(c) == std::string_view::npos ? consonants + 1 : 0;
        if (consonants > kMostConsonants) return false;
    }
    return true;
}

template <class Judge>
bool each_part(std::string_view segment, Judge judge) {
    while (!segment.empty()) {
        const auto end = std::ranges::find_if(segment, is_separator);
        const auto size = static_cast<std::size_t>(end - segment.begin());
        if (!judge(segment.substr(0, size))) return false;
        segment.remove_prefix(std::min(size + 1, segment.size()));
    }
    return true;
}

bool is_word(std::string_view segment) {
    return segment.size() <= kLongestWord && each_part(segment, [](std::string_view part) {
               return std::ranges::all_of(part, is_lower) && reads_well(part);
           });
}

bool is_name(std::string_view segment) {
    if (segment == "*") return true;
    return segment.size() <= kLongestName && each_part(segment, [](std::string_view part) {
               const auto letter = [](char c) { return is_lower(c) || is_upper(c); };
               const auto digits = static_cast<std::size_t>(std::ranges::count_if(part, is_digit));
               return std::ranges::all_of(part, [&](char c) { return letter(c) || is_digit(c); }) &&
                      digits <= kMostDigits && (digits < part.size() || part.empty()) &&
                      reads_well(part);
           });
}

std::string cleaned(std::string_view path, bool (*stays)(std::string_view)) {
    if (!path.starts_with('/')) return "*";
    std::string made;
    std::size_t segments = 0;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        std::string_view segment = path.substr(0, end);
        path.remove_prefix(end);
        if (segment.empty()) continue;
        const bool last = ++segments > kMostSegments;
        if (last || !stays(segment)) segment = "*";
        // Always room for the "/*" of what follows.
        if (made.size() + 1 + segment.size() + 2 > kLongestTemplate) {
            made += "/*";
            break;
        }
        made += '/';
        made += segment;
        if (last) break;
    }
    return made.empty() ? "/" : made;
}

std::vector<std::string> paths_of(const std::vector<PathTemplate>& templates) {
    std::vector<std::string> paths;
    paths.reserve(templates.size());
    for (const PathTemplate& item : templates)
        paths.push_back(item.path);
    return paths;
}

std::optional<PathTemplate> read_template(const ConfigValue& value) {
    const auto pair = value.list();
    if (!pair) return std::nullopt;
    if (pair->size() != 2) {
        value.fail("expected a pattern and what it is replaced by");
        return std::nullopt;
    }
    const auto path = (*pair)[0].text();
    const auto replacement = (*pair)[1].text();
    if (!path || !replacement) return std::nullopt;
    if (path->size() > kLongestPattern) {
        (*pair)[0].fail("expected at most 1000 bytes of text");
    } else if (!replacement->starts_with('/') || replacement->size() > kLongestTemplate) {
        (*pair)[1].fail("expected at most 100 bytes that begin with /");
    } else if (auto problem = Patterns::problem(*path, *replacement)) {
        value.fail(*std::move(problem));
    } else {
        return PathTemplate{*path, *replacement};
    }
    return std::nullopt;
}

}  // namespace

std::vector<PathTemplate> default_path_templates() {
    return {
        {"^/web/dataset/call_(kw|button)/([a-z0-9_.]{1,64})/([a-z0-9_]{1,64}).*", "/call_$1/$2/$3"},
        {"^/web/(content|image)/.*", "/web/$1/*"},
        {"^/web/assets/.*", "/web/assets/*"},
        {"^/report/(pdf|html|text)/([a-z0-9_.]{1,80}).*", "/report/$1/$2"},
    };
}

void read_path_templates(const ConfigValue& value, std::vector<PathTemplate>& into) {
    const auto items = value.list();
    if (!items) return;
    if (items->size() > kMostTemplates) {
        value.fail("expected at most 64 templates, found " + std::to_string(items->size()));
        return;
    }
    std::vector<PathTemplate> templates;
    for (const ConfigValue& item : *items) {
        if (auto made = read_template(item)) templates.push_back(*std::move(made));
    }
    into = std::move(templates);
}

std::string generalised_path(std::string_view path) {
    return cleaned(path, is_word);
}

PathTemplates::PathTemplates(const std::vector<PathTemplate>& templates)
    : patterns_(paths_of(templates)), recent_(kBounds) {
    for (const PathTemplate& item : templates)
        replacements_.push_back(item.replacement);
}

std::string_view PathTemplates::of(std::string_view path) {
    last_ = recent_.get(path, [&] { return made_of(path); });
    return {last_.bytes.data(), last_.size};
}

PathTemplates::Text PathTemplates::made_of(std::string_view path) const {
    std::string made;
    if (const auto first = patterns_.first_match(path)) {
        made =
            cleaned(patterns_.replaced(*first, path, replacements_[*first]).value_or(""), is_name);
    } else {
        made = generalised_path(path);
    }
    Text text{};
    text.size = static_cast<std::uint8_t>(made.size());
    std::ranges::copy(made, text.bytes.begin());
    return text;
}

}  // namespace erp::traefik
