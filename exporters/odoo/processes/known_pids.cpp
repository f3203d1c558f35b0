#include "exporters/odoo/processes/picture.hpp"

#include <algorithm>

namespace erp::odoo {

std::optional<bool> KnownPids::knows(int pid, double at, double slack) const {
    auto one = std::ranges::lower_bound(all, pid, {}, &KnownPid::pid);
    for (; one != all.end() && one->pid == pid; ++one) {
        // Born a moment before it was seen, dead a moment after it was seen last.
        if (at >= one->started - slack && at <= one->seen_until + slack) return true;
    }
    if (since == 0 || at < since + slack || at > until - slack) return std::nullopt;
    return false;
}

}  // namespace erp::odoo
