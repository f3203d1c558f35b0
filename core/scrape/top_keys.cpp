#include "core/scrape/top_keys.hpp"

#include <algorithm>
#include <utility>

namespace erp {
namespace {

constexpr Duration kStay = std::chrono::minutes(15);

}  // namespace

void TopKeys::rank(std::vector<Ranked> keys, Clock::time_point now) {
    const auto before = std::exchange(shown_, {});
    std::map<std::string_view, Clock::time_point> absent(before.begin(), before.end());
    for (const Ranked& key : keys)
        absent.erase(key.key);
    const std::size_t most = std::min(keys.size(), 2 * most_);
    const auto middle = keys.begin() + static_cast<std::ptrdiff_t>(most);
    std::ranges::partial_sort(keys, middle, [](const Ranked& a, const Ranked& b) {
        return a.weight != b.weight ? a.weight > b.weight : a.key < b.key;
    });
    for (std::size_t i = 0; i < most; ++i) {
        if (i < most_) {
            shown_.emplace(keys[i].key, now);
        } else if (const auto it = before.find(keys[i].key);
                   it != before.end() && now - it->second < kStay) {
            shown_.insert(*it);
        }
    }
    // One that is absent keeps its name for when it comes back, as long as there is room.
    for (const auto& [key, at] : absent) {
        if (shown_.size() >= 2 * most_) return;
        if (now - at < kStay) shown_.emplace(key, at);
    }
}

}  // namespace erp
