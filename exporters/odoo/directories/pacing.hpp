#pragma once

#include "core/base/deadline.hpp"

#include <algorithm>

namespace erp::odoo {

/// How long to rest after work that took so long, so that work is at most a tenth of the time.
[[nodiscard]] inline Duration rest_after(Duration work) {
    constexpr int kTimes = 9;
    constexpr Duration kLongest =
        std::chrono::seconds(5);  // a slow disk must not make a walk endless
    return std::min(kTimes * work, kLongest);
}

/// Makes the calling thread's disk and processor work yield to all others (ioprio idle, nice 19).
/// Some kernels and containers refuse: the pace alone holds then.
void become_gentle();

}  // namespace erp::odoo
