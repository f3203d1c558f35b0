#pragma once

#include "core/base/other_label.hpp"
#include "core/base/text_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp::counting {

/// Texts of one label as small numbers, in the order of their first use, at most `most`. One
/// thread.
class Names {
  public:
    using Number = std::uint16_t;
    static constexpr Number kOther = 0;  ///< of what is beyond the cap; its text is kOtherLabel
    static constexpr Number kNone = 1;   ///< of the empty text: no label
    static constexpr std::size_t kLongest = 256;  ///< bytes; longer texts are `_other`

    explicit Names(std::size_t most);

    [[nodiscard]] Number number(std::string_view text) {
        // The same as last time, as often as not.
        return text_of(last_) == text ? last_.number : looked_up(text);
    }
    [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
    /// How often a text became kOther for want of room, since it was made.
    [[nodiscard]] std::uint64_t refused() const { return refused_; }
    /// The texts of another one, in its order. False: they are not of a Names, or too many.
    [[nodiscard]] bool restore(std::vector<std::string> texts);

  private:
    /// Leads to its text by one step: of thousands of names each step is one out of the cache.
    struct Slot {
        std::uint32_t tag = 0;     ///< of its hash
        std::uint32_t offset = 0;  ///< of its text in bytes_
        std::uint16_t size = 0;
        Number number = kOther;  ///< kOther: empty
    };
    [[nodiscard]] std::string_view text_of(const Slot& slot) const {
        return {bytes_.data() + slot.offset, slot.size};
    }
    [[nodiscard]] Number looked_up(std::string_view text);
    [[nodiscard]] Slot& slot_of(std::string_view text);
    void add(Slot& slot, std::string_view text);

    std::size_t most_;
    std::uint64_t refused_ = 0;
    TextHash hash_;
    std::vector<std::string> texts_;  ///< by number
    std::string bytes_;               ///< the same, one after the other
    std::vector<Slot> slots_;
    Slot last_;  ///< that was asked for and is not empty
};

/// Immutable texts of all labels of a scheme (scheme.hpp), by label and number.
using NameTexts = std::vector<std::vector<std::string>>;

/// The Names of all labels of a scheme. One thread.
class AllNames {
  public:
    /// `most`: of each label.
    explicit AllNames(std::span<const std::size_t> most);
    [[nodiscard]] Names& operator[](std::size_t label) { return all_[label]; }
    [[nodiscard]] std::uint64_t refused() const;
    /// The texts at this moment; the same object as before when none was added.
    [[nodiscard]] std::shared_ptr<const NameTexts> texts();
    [[nodiscard]] bool restore(const NameTexts& texts);

  private:
    std::vector<Names> all_;
    std::shared_ptr<const NameTexts> shown_;
};

}  // namespace erp::counting
