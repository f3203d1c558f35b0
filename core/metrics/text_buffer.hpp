#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace erp {

/// Bytes that are appended by pointer: reserve() once a line, then writes without a check each.
/// Formatting is the hot loop of a page.
class TextBuffer {
  public:
    explicit TextBuffer(std::size_t size = 0) { grow(size); }

    /// Room for `n` more bytes.
    void reserve(std::size_t n) {
        if (room_ - used_ < n) grow(std::max(room_ * 2, used_ + n));
    }
    void put(char c) { bytes_[used_++] = c; }
    void put(std::string_view s) {
        std::memcpy(bytes_.get() + used_, s.data(), s.size());
        used_ += s.size();
    }
    /// At most 32 bytes: NaN, +Inf, -Inf, else the shortest text that reads back as the same
    /// double.
    void put_number(double v) {
        char* at = bytes_.get() + used_;
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

    [[nodiscard]] std::size_t size() const { return used_; }
    /// What has been written; until the next call.
    [[nodiscard]] std::string_view view() const { return {bytes_.get(), used_}; }
    void clear() { used_ = 0; }

  private:
    void grow(std::size_t size) {
        auto bytes = std::make_unique_for_overwrite<char[]>(size);
        if (used_ > 0) std::memcpy(bytes.get(), bytes_.get(), used_);
        bytes_ = std::move(bytes);
        room_ = size;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t room_ = 0;
    std::size_t used_ = 0;
};

}  // namespace erp
