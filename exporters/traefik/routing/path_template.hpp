#pragma once

#include "core/base/recent_cache.hpp"
#include "core/yaml/reader.hpp"
#include "exporters/traefik/routing/patterns.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// `['^/web/image/.*', '/web/image/*']`: what a path that matches is shown as.
struct PathTemplate {
    std::string path = {};         ///< RE2 pattern on the path without its query
    std::string replacement = {};  ///< with $1 to $9 for the pattern's groups
};

inline constexpr std::size_t kMostTemplates = 64;
inline constexpr std::size_t kLongestTemplate = 100;

/// Those of Odoo: calls by model and method, reports by name, content and assets.
[[nodiscard]] std::vector<PathTemplate> default_path_templates();

/// The option `path_templates`: a list of [pattern, replacement]. Problems go to the reader.
void read_path_templates(const ConfigValue& value, std::vector<PathTemplate>& into);

/// What may be shown of a path that no template matches: at most four segments and kLongestTemplate
/// bytes of a-z . _ - / and *. A segment stays if it reads like a word of a program: at most 32 of
/// a-z . _ -, no more than 20 letters or 6 consonants in a row, not six or more letters that are
/// all hexadecimal digits. Everything else (numbers, hashes, tokens, mixed case, escapes, other
/// bytes) is `*`, and so is what does not fit: "/shop/cart/41/x/y/z" is "/shop/cart/*/x/*".
[[nodiscard]] std::string generalised_path(std::string_view path);

/// Shows paths by their template, without what a client may keep secret: the first template that
/// matches makes a text, of which segments stay that read like names of a program (also A-Z and up
/// to three digits each part, "res.partner", "web_search_read2") or that the operator wrote as `*`;
/// the rest is as in generalised_path(). Not safe from several threads.
class PathTemplates {
  public:
    explicit PathTemplates(const std::vector<PathTemplate>& templates);

    /// Valid until the next call. About 20 ns for a recent path, else about 1 us.
    [[nodiscard]] std::string_view of(std::string_view path);

    /// Bytes held for recent paths; bounded whatever clients send.
    [[nodiscard]] std::size_t memory() const { return recent_.memory(); }

  private:
    struct Text {
        std::array<char, kLongestTemplate> bytes;
        std::uint8_t size;
    };
    [[nodiscard]] Text made_of(std::string_view path) const;

    std::vector<std::string> replacements_;
    Patterns patterns_;
    RecentCache<Text> recent_;
    Text last_{};
};

}  // namespace erp::traefik
