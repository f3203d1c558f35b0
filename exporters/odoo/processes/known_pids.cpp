#include "exporters/odoo/processes/picture.hpp"

#include <algorithm>

namespace erp::odoo {

std::optional<bool> KnownPids::knows(int pid, double at) const {
    if (std::ranges::binary_search(all, pid, {}, &KnownPid::pid)) return true;
    if (since == 0 || at < since || at < until - kKept) return std::nullopt;
    return false;
}

}  // namespace erp::odoo
