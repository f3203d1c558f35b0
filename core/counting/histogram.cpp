#include "core/counting/histogram.hpp"

#include <utility>

namespace erp::counting {

Distribution to_distribution(std::span<const std::uint64_t> counts,
                             double sum,
                             std::span<const std::int64_t> bounds) {
    Distribution shown;
    shown.steps.reserve(bounds.size());
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        below += counts[i];
        shown.steps.push_back({to_seconds(bounds[i]), static_cast<double>(below)});
    }
    shown.count = below + counts[bounds.size()];
    shown.sum = sum / static_cast<double>(kSecond);
    return shown;
}

}  // namespace erp::counting
