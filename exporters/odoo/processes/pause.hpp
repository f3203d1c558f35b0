#pragma once

#include "core/base/deadline.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace erp::odoo {

/// Waits so long, or until a stop is asked for; returns whether it is.
inline bool pause(const std::stop_token& stop, Duration duration) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, duration, [] { return false; });
    return stop.stop_requested();
}

}  // namespace erp::odoo
