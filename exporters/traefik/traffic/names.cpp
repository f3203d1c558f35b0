#include "exporters/traefik/traffic/names.hpp"

#include <bit>
#include <functional>
#include <utility>

namespace erp::traefik {

Names::Names(std::size_t most) : most_(most), slots_(std::bit_ceil(2 * (most + 2))) {
    texts_.emplace_back("_other");
    texts_.emplace_back();
    slot_of("").number = kNone;
}

/// Its own, or the empty one with its tag that it may take.
Names::Slot& Names::slot_of(std::string_view text) {
    const std::size_t mask = slots_.size() - 1;
    const std::uint64_t hash = std::hash<std::string_view>()(text);
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    std::size_t slot = hash & mask;
    while (slots_[slot].number != kOther &&
           (slots_[slot].tag != tag || texts_[slots_[slot].number] != text))
        slot = (slot + 1) & mask;
    if (slots_[slot].number == kOther) slots_[slot].tag = tag;
    return slots_[slot];
}

Names::Number Names::looked_up(std::string_view text) {
    Slot& slot = slot_of(text);
    if (slot.number != kOther) return slot.number;
    if (texts_.size() >= most_ + 2 || text.size() > kLongest || text == texts_[kOther]) {
        return kOther;
    }
    slot.number = static_cast<Number>(texts_.size());
    texts_.emplace_back(text);
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

AllNames::AllNames() {
    all_.reserve(kLabels);
    for (std::size_t i = 0; i < kLabels; ++i)
        all_.emplace_back(most_of(static_cast<Label>(i)));
}

std::shared_ptr<const NameTexts> AllNames::texts() {
    bool same = shown_ != nullptr;
    for (std::size_t i = 0; same && i < kLabels; ++i)
        same = (*shown_)[i].size() == all_[i].texts().size();
    if (same) return shown_;
    auto fresh = std::make_shared<NameTexts>();
    for (std::size_t i = 0; i < kLabels; ++i)
        (*fresh)[i] = all_[i].texts();
    shown_ = std::move(fresh);
    return shown_;
}

bool AllNames::restore(const NameTexts& texts) {
    for (std::size_t i = 0; i < kLabels; ++i) {
        if (!all_[i].restore(texts[i])) return false;
    }
    shown_ = nullptr;
    return true;
}

}  // namespace erp::traefik
