#include "exporters/traefik/routing/patterns.hpp"

#include "core/base/text.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace erp::traefik {
namespace {

// A pattern of an operator needs some kilobytes. RE2 refuses a program that is larger, and when a
// match needs more it goes on with a slower method, or a set says that it gave up.
constexpr std::int64_t kPatternMemory = 1L << 20;
constexpr std::int64_t kSetMemory = 4L << 20;

constexpr int kMostGroups = 9;

re2::RE2::Options options(std::int64_t memory) {
    re2::RE2::Options made;
    made.set_log_errors(false);
    made.set_max_mem(memory);
    return made;
}

bool is_group(char c) {
    return c >= '1' && c <= '9';
}

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

std::optional<std::string> problem_of(const re2::RE2& pattern) {
    if (pattern.ok()) return std::nullopt;
    return "not a valid pattern: " + to_label_value(pattern.error(), 60);
}

}  // namespace

struct Patterns::Compiled {
    explicit Compiled(std::span<const std::string> patterns)
        : set(options(kSetMemory), re2::RE2::UNANCHORED) {
        for (const std::string& pattern : patterns) {
            const std::size_t position = each.size();
            each.push_back(std::make_unique<re2::RE2>(pattern, options(kPatternMemory)));
            if (each.back()->ok() && set.Add(pattern, nullptr) >= 0) in_set.push_back(position);
        }
        set_ready = !in_set.empty() && set.Compile();
    }

    std::vector<std::unique_ptr<re2::RE2>> each;
    re2::RE2::Set set;
    std::vector<std::size_t> in_set;  ///< positions, by their number in the set
    bool set_ready = false;
};

std::optional<std::string> Patterns::problem(const std::string& pattern) {
    return problem_of(re2::RE2(pattern, options(kPatternMemory)));
}

std::optional<std::string> Patterns::problem(const std::string& pattern,
                                             std::string_view replacement) {
    const re2::RE2 compiled(pattern, options(kPatternMemory));
    if (auto problem = problem_of(compiled)) return problem;
    const int groups = compiled.NumberOfCapturingGroups();
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        if (replacement[i] != '$') continue;
        if (i + 1 == replacement.size() || !is_group(replacement[i + 1])) {
            return "after $ stands a group, 1 to 9";
        }
        if (replacement[i + 1] - '0' > groups) {
            return std::string("$") + replacement[i + 1] + " is used, but the pattern has " +
                   std::to_string(groups) + (groups == 1 ? " group" : " groups");
        }
    }
    return std::nullopt;
}

Patterns::Patterns(std::span<const std::string> patterns)
    : compiled_(std::make_unique<const Compiled>(patterns)) {}

Patterns::~Patterns() = default;
Patterns::Patterns(Patterns&& other) noexcept = default;
Patterns& Patterns::operator=(Patterns&& other) noexcept = default;

std::optional<std::size_t> Patterns::first_match(std::string_view text) const {
    if (compiled_->set_ready) {
        std::vector<int> matched;
        re2::RE2::Set::ErrorInfo info{};
        if (compiled_->set.Match(piece(text), &matched, &info)) {
            const int first = *std::ranges::min_element(matched);
            return compiled_->in_set[static_cast<std::size_t>(first)];
        }
        if (info.kind == re2::RE2::Set::kNoError) return std::nullopt;
    }
    for (std::size_t i = 0; i < compiled_->each.size(); ++i) {
        const re2::RE2& pattern = *compiled_->each[i];
        if (pattern.ok() && re2::RE2::PartialMatch(piece(text), pattern)) return i;
    }
    return std::nullopt;
}

std::optional<std::string> Patterns::replaced(std::size_t position,
                                              std::string_view text,
                                              std::string_view replacement) const {
    if (position >= compiled_->each.size()) return std::nullopt;
    const re2::RE2& pattern = *compiled_->each[position];
    if (!pattern.ok()) return std::nullopt;
    std::array<re2::StringPiece, kMostGroups + 1> groups;
    const int wanted = std::min(pattern.NumberOfCapturingGroups(), kMostGroups) + 1;
    if (!pattern.Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, groups.data(), wanted)) {
        return std::nullopt;
    }
    std::string made;
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        if (replacement[i] == '$' && i + 1 < replacement.size() && is_group(replacement[i + 1])) {
            const auto& group = groups[static_cast<std::size_t>(replacement[++i] - '0')];
            made.append(group.data(), group.size());
        } else {
            made += replacement[i];
        }
    }
    return made;
}

}  // namespace erp::traefik
