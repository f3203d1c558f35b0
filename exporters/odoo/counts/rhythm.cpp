#include "exporters/odoo/counts/rhythm.hpp"

#include <algorithm>
#include <functional>

namespace erp::odoo {

void note_start(Rhythm& rhythm, std::int64_t time) {
    constexpr std::int64_t kDay = 86'400'000'000'000;
    const std::int64_t gap = time - rhythm.start;
    if (rhythm.start != 0 && gap > 0) {
        if (time / kDay > rhythm.day) {
            std::shift_right(rhythm.longest.begin(), rhythm.longest.end(), 1);
            rhythm.longest.front() = 0;
            rhythm.day = time / kDay;
        }
        rhythm.longest.front() = std::max(rhythm.longest.front(), gap);
    }
    rhythm.start = std::max(rhythm.start, time);
}

std::optional<std::int64_t> usual_gap(const Rhythm& rhythm) {
    auto longest = rhythm.longest;
    std::ranges::sort(longest, std::greater());
    if (longest[2] == 0) return std::nullopt;
    return longest[1];
}

}  // namespace erp::odoo
