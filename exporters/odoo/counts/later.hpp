#pragma once

#include "core/base/deadline.hpp"

#include <cstdint>

namespace erp::odoo {

/// Whether this Unix time in ns is more than an hour ahead of this host's clock: a clock that ran
/// ahead told it, and is right again, or will be.
inline bool is_to_come(std::int64_t time) {
    constexpr std::int64_t kHour = 3'600'000'000'000;
    return time - unix_nanoseconds() > kHour;
}

/// Keeps the later time, but none that is to come where one is known that is not.
inline void set_later(std::int64_t& last, std::int64_t time) {
    if (time > last || (time < last && is_to_come(last))) last = time;
}

}  // namespace erp::odoo
