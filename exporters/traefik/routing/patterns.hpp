#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Lists of patterns that operators write. RE2 stays in patterns.cpp: it costs half a second of
/// compile time and its names differ between versions.
namespace erp::traefik {

/// Patterns in an order, of which the first that matches decides. A pattern matches anywhere unless
/// it is anchored. Immutable; safe from any thread.
class Patterns {
  public:
    /// Why a pattern cannot be used, or nothing.
    [[nodiscard]] static std::optional<std::string> problem(const std::string& pattern);
    /// The same for a pattern with what it is replaced by: text with $1 to $9 for its groups.
    [[nodiscard]] static std::optional<std::string> problem(const std::string& pattern,
                                                            std::string_view replacement);

    /// Patterns that cannot be used never match.
    explicit Patterns(std::span<const std::string> patterns);
    ~Patterns();
    Patterns(Patterns&& other) noexcept;
    Patterns& operator=(Patterns&& other) noexcept;
    Patterns(const Patterns&) = delete;
    Patterns& operator=(const Patterns&) = delete;

    /// The position of the first that matches. One pass over `text` for all of them, about 0.2 us
    /// for a usual path.
    [[nodiscard]] std::optional<std::size_t> first_match(std::string_view text) const;

    /// `replacement` with the groups that pattern `position` finds in `text`, whole; a group that
    /// took no part in the match is empty. Nothing if it does not match.
    [[nodiscard]] std::optional<std::string> replaced(std::size_t position,
                                                      std::string_view text,
                                                      std::string_view replacement) const;

  private:
    struct Compiled;
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace erp::traefik
