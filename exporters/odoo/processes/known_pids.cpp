#include "exporters/odoo/processes/picture.hpp"

#include <algorithm>

namespace erp::odoo {

std::optional<bool> KnownPids::knows(int pid, double at, double slack) const {
    const auto [first, last] = std::ranges::equal_range(all, pid, {}, &KnownPid::pid);
    for (auto one = first; one != last; ++one) {
        // Born a moment before it was seen, dead a moment after it was seen last.
        if (at >= one->started - slack && at <= one->seen_until + slack) return true;
    }
    if (since == 0 || at < since + slack || at > until - slack) return std::nullopt;
    return false;
}

}  // namespace erp::odoo
