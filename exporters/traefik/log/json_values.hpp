#pragma once

#include "exporters/traefik/log/json_key.hpp"
#include "exporters/traefik/log/parse_reason.hpp"
#include "exporters/traefik/log/timestamp.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

namespace erp::traefik {

/// Whether there is an escape in a piece of the line, for pieces in ascending order: the line is
/// searched once.
class Escapes {
  public:
    Escapes() = default;
    explicit Escapes(std::string_view line) : end_(line.data() + line.size()) {
        advance(line.data());
    }
    bool in(std::string_view piece) {
        if (next_ < piece.data()) advance(piece.data());
        return next_ < piece.data() + piece.size();
    }

  private:
    void advance(const char* from) {
        const void* found = std::memchr(from, '\\', static_cast<std::size_t>(end_ - from));
        next_ = found == nullptr ? end_ : static_cast<const char*>(found);
    }
    const char* end_ = nullptr;
    const char* next_ = nullptr;
};

/// Values by key, as they are written; strings without their quotes and escapes.
class Values {
  public:
    enum class Kind : std::uint8_t { string, other };

    void clear() {
        present_ = 0;
        reason_ = ParseReason::none;
    }
    void set(JsonKey key, std::string_view text, Kind kind) {
        present_ |= bit(key);
        rows_[index(key)] = {text, kind};
    }
    [[nodiscard]] bool has(JsonKey key) const { return (present_ & bit(key)) != 0; }

    [[nodiscard]] std::uint64_t keys() const { return present_; }

    /// The first value that does not fit decides what is wrong with the line.
    [[nodiscard]] ParseReason reason() const { return reason_; }

    /// "-" stands for nothing.
    std::string_view text(JsonKey key) {
        if (!has(key)) return {};
        const Row& row = rows_[index(key)];
        if (row.kind != Kind::string) fail(ParseReason::wrong_type);
        return row.text.size() == 1 && row.text.front() == '-' ? std::string_view() : row.text;
    }
    /// Of a field that a request counts without: what is no text is nothing.
    std::string_view text_if_any(JsonKey key) {
        return has(key) && rows_[index(key)].kind == Kind::string ? text(key) : std::string_view();
    }
    std::string_view text(JsonKey key, JsonKey otherwise) {
        const std::string_view first = text(key);
        return first.empty() ? text(otherwise) : first;
    }
    template <typename Number>
    std::optional<Number> number(JsonKey key,
                                 Number greatest = std::numeric_limits<Number>::max()) {
        if (!has(key)) return std::nullopt;
        const Row& row = rows_[index(key)];
        const bool negative = row.text.starts_with('-');
        const std::string_view digits = row.text.substr(negative ? 1 : 0);
        if (row.kind == Kind::string || digits.empty()) return fail(ParseReason::wrong_type);
        std::uint64_t sum = 0;
        for (const char c : digits) {
            if (c < '0' || c > '9') return fail(ParseReason::wrong_type);
            sum = sum * 10 + static_cast<std::uint64_t>(c - '0');
        }
        // Nineteen digits fit into 64 bits, whatever they are.
        if (negative || digits.size() > 19 || sum > static_cast<std::uint64_t>(greatest))
            return fail(ParseReason::out_of_range);
        return static_cast<Number>(sum);
    }
    std::optional<std::int64_t> time(JsonKey key) {
        const std::string_view written = text(key);
        if (written.empty()) return std::nullopt;
        const auto at = times_.read(written);
        if (!at) fail(ParseReason::bad_time);
        return at;
    }

  private:
    struct Row {
        std::string_view text;
        Kind kind = Kind::string;
    };
    static std::size_t index(JsonKey key) { return static_cast<std::size_t>(key); }
    static std::uint64_t bit(JsonKey key) { return std::uint64_t{1} << index(key); }
    std::nullopt_t fail(ParseReason reason) {
        if (reason_ == ParseReason::none) reason_ = reason;
        return std::nullopt;
    }

    static_assert(kJsonKeyCount <= 64);
    UnixTimes times_;
    std::uint64_t present_ = 0;
    ParseReason reason_ = ParseReason::none;
    std::array<Row, kJsonKeyCount> rows_ = {};
};

}  // namespace erp::traefik
