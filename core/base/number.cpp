#include "core/base/number.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace erp {
namespace {

template <class T>
std::optional<T> whole(std::string_view text) {
    T value{};
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

using std::chrono::nanoseconds;
constexpr std::array<std::pair<std::string_view, std::int64_t>, 7> kDurationUnits{{
    {"d", 86'400'000'000'000},
    {"h", 3'600'000'000'000},
    {"m", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
}};

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 9> kByteUnits{{
    {"", 1},
    {"B", 1},
    {"kB", 1'000},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"KiB", 1ULL << 10U},
    {"MiB", 1ULL << 20U},
    {"GiB", 1ULL << 30U},
}};

std::size_t count_while(std::string_view text, auto&& belongs) {
    std::size_t n = 0;
    while (n < text.size() && belongs(text[n]))
        ++n;
    return n;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::optional<double> to_double(std::string_view text) {
    return whole<double>(text);
}

std::optional<std::int64_t> to_int(std::string_view text) {
    return whole<std::int64_t>(text);
}

std::optional<Duration> to_duration(std::string_view text) {
    if (text == "0") return Duration::zero();
    if (text.empty()) return std::nullopt;
    std::int64_t total = 0;
    while (!text.empty()) {
        const std::size_t digits = count_while(text, is_digit);
        const auto amount = whole<std::int64_t>(text.substr(0, digits));
        if (digits == 0 || !amount) return std::nullopt;
        text.remove_prefix(digits);
        const std::size_t letters = count_while(text, [](char c) { return !is_digit(c); });
        std::int64_t unit = 0;
        for (const auto& [name, ns] : kDurationUnits) {
            if (name == text.substr(0, letters)) unit = ns;
        }
        std::int64_t part = 0;
        if (unit == 0 || __builtin_mul_overflow(*amount, unit, &part) ||
            __builtin_add_overflow(total, part, &total)) {
            return std::nullopt;
        }
        text.remove_prefix(letters);
    }
    return std::chrono::duration_cast<Duration>(nanoseconds(total));
}

std::optional<std::uint64_t> to_bytes(std::string_view text) {
    const std::size_t digits = count_while(text, is_digit);
    const auto amount = whole<std::int64_t>(text.substr(0, digits));
    if (digits == 0 || !amount) return std::nullopt;
    for (const auto& [name, factor] : kByteUnits) {
        std::uint64_t bytes = 0;
        if (name == text.substr(digits) &&
            !__builtin_mul_overflow(static_cast<std::uint64_t>(*amount), factor, &bytes)) {
            return bytes;
        }
    }
    return std::nullopt;
}

std::string to_text(Duration d) {
    std::int64_t left = std::chrono::duration_cast<nanoseconds>(d).count();
    if (left == 0) return "0s";
    std::string text;
    for (const auto& [name, ns] : kDurationUnits) {
        if (left < ns) continue;
        text += std::to_string(left / ns);
        text += name;
        left %= ns;
    }
    return text;
}

}  // namespace erp
