#include "core/counting/names.hpp"

#include <bit>
#include <utility>

namespace erp::counting {

Names::Names(std::size_t most) : most_(most), slots_(std::bit_ceil(2 * (most + 2))) {
    texts_.emplace_back(kOtherLabel);
    add(slot_of(""), "");
    last_ = slot_of("");
}

/// Its own, or the empty one with its tag that it may take.
Names::Slot& Names::slot_of(std::string_view text) {
    const std::size_t mask = slots_.size() - 1;
    const std::uint64_t hash = hash_(text);
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    std::size_t slot = hash & mask;
    while (slots_[slot].number != kOther &&
           (slots_[slot].tag != tag || text_of(slots_[slot]) != text))
        slot = (slot + 1) & mask;
    if (slots_[slot].number == kOther) slots_[slot].tag = tag;
    return slots_[slot];
}

void Names::add(Slot& slot, std::string_view text) {
    slot.offset = static_cast<std::uint32_t>(bytes_.size());
    slot.size = static_cast<std::uint16_t>(text.size());
    slot.number = static_cast<Number>(texts_.size());
    bytes_ += text;
    texts_.emplace_back(text);
}

Names::Number Names::looked_up(std::string_view text) {
    Slot& slot = slot_of(text);
    if (slot.number == kOther) {
        if (text == texts_[kOther]) return kOther;
        if (texts_.size() >= most_ + 2 || text.size() > kLongest) {
            ++refused_;
            return kOther;
        }
        add(slot, text);
    }
    last_ = slot;
    return slot.number;
}

bool Names::restore(std::vector<std::string> texts) {
    Names fresh(most_);
    if (texts.size() < 2 || texts.size() > most_ + 2) return false;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (fresh.number(texts[i]) != i) return false;
    }
    *this = std::move(fresh);
    return true;
}

AllNames::AllNames(std::span<const std::size_t> most) : all_(most.begin(), most.end()) {}

std::uint64_t AllNames::refused() const {
    std::uint64_t sum = 0;
    for (const Names& names : all_)
        sum += names.refused();
    return sum;
}

std::shared_ptr<const NameTexts> AllNames::texts() {
    bool same = shown_ != nullptr;
    for (std::size_t i = 0; same && i < all_.size(); ++i)
        same = (*shown_)[i].size() == all_[i].texts().size();
    if (same) return shown_;
    auto fresh = std::make_shared<NameTexts>();
    for (const Names& names : all_)
        fresh->push_back(names.texts());
    shown_ = std::move(fresh);
    return shown_;
}

bool AllNames::restore(const NameTexts& texts) {
    if (texts.size() != all_.size()) return false;
    for (std::size_t i = 0; i < all_.size(); ++i) {
        if (!all_[i].restore(texts[i])) return false;
    }
    shown_ = nullptr;
    return true;
}

}  // namespace erp::counting
