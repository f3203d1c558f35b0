#include "core/scrape/top_keys.hpp"

#include <algorithm>
#include <utility>

namespace erp {
namespace {

constexpr Duration kStay = std::chrono::minutes(15);

}  // namespace

void TopKeys::rank(std::vector<Ranked> keys, Clock::time_point now) {
    std::ranges::sort(keys, [](const Ranked& a, const Ranked& b) {
        return a.weight != b.weight ? a.weight > b.weight : a.key < b.key;
    });
    const auto before = std::exchange(shown_, {});
    for (std::size_t i = 0; i < keys.size() && i < 2 * most_; ++i) {
        if (i < most_) {
            shown_.emplace(keys[i].key, now);
        } else if (const auto it = before.find(keys[i].key);
                   it != before.end() && now - it->second < kStay) {
            shown_.insert(*it);
        }
    }
    // One that is absent keeps its name for when it comes back, as long as there is room.
    std::ranges::sort(keys, {}, &Ranked::key);
    for (const auto& [key, at] : before) {
        if (shown_.size() >= 2 * most_) return;
        const bool absent = !std::ranges::binary_search(keys, key, {}, &Ranked::key);
        if (absent && now - at < kStay) shown_.emplace(key, at);
    }
}

}  // namespace erp
