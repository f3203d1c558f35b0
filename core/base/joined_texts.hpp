#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace erp {

/// Texts one after the other, each with its length before it, so that no two lists of texts are
/// alike: a key for what several texts decide. At most Most bytes, on the stack.
template <std::size_t Most>
class JoinedTexts {
    static_assert(Most <= 0xFFFF, "a length has two bytes");

  public:
    void add(std::string_view text) {
        fits_ = fits_ && text.size() + 2 <= bytes_.size() - size_;
        if (!fits_) return;
        bytes_[size_] = static_cast<char>(text.size() & 0xFFU);
        bytes_[size_ + 1] = static_cast<char>(text.size() >> 8U);
        text.copy(bytes_.data() + size_ + 2, text.size());
        size_ += text.size() + 2;
    }
    /// No value: they are longer.
    [[nodiscard]] std::optional<std::string_view> view() const {
        if (!fits_) return std::nullopt;
        return std::string_view(bytes_.data(), size_);
    }

  private:
    std::array<char, Most> bytes_;  // not set to 0: that would cost more than all else
    std::size_t size_ = 0;
    bool fits_ = true;
};

}  // namespace erp
