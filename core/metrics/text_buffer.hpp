#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

namespace erp {

/// Appends to one string by pointer. reserve() once a line, then writes without a check each:
/// formatting is the hot loop of a page.
class TextBuffer {
  public:
    explicit TextBuffer(std::size_t size) { text_.resize(size); }

    /// Room for `n` more bytes.
    void reserve(std::size_t n) {
        if (text_.size() - used_ < n) text_.resize(std::max(text_.size() * 2, used_ + n));
    }
    void put(char c) { text_[used_++] = c; }
    void put(std::string_view s) {
        std::memcpy(text_.data() + used_, s.data(), s.size());
        used_ += s.size();
    }
    /// At most 32 bytes: NaN, +Inf, -Inf, else the shortest text that reads back as the same
    /// double.
    void put_number(double v) {
        char* at = text_.data() + used_;
        char* end = at + kNumber;
        constexpr double kExact =
            9007199254740992.0;  // 2^53: beyond it not every integer is a double
        if (v == std::floor(v) && std::abs(v) < kExact) {
            used_ += static_cast<std::size_t>(
                std::to_chars(at, end, static_cast<long long>(v)).ptr - at);
        } else if (std::isfinite(v)) {
            used_ += static_cast<std::size_t>(std::to_chars(at, end, v).ptr - at);
        } else {
            put(std::isnan(v) ? std::string_view("NaN")
                              : std::string_view(v > 0 ? "+Inf" : "-Inf"));
        }
    }
    static constexpr std::size_t kNumber = 32;

    /// What has been written; until the next call.
    [[nodiscard]] std::string_view view() const { return {text_.data(), used_}; }
    void clear() { used_ = 0; }
    [[nodiscard]] std::string take() && {
        text_.resize(used_);
        return std::move(text_);
    }

  private:
    std::string text_;
    std::size_t used_ = 0;
};

}  // namespace erp
