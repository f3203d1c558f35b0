#pragma once

#include "core/base/deadline.hpp"

#include <chrono>
#include <functional>
#include <thread>

namespace erp {

/// For tests of threads: waits until `holds` is true, for 10 s at most; returns whether it is.
inline bool soon(const std::function<bool()>& holds) {
    const Deadline deadline = Deadline::after(std::chrono::seconds(10));
    while (!holds()) {
        if (deadline.passed()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

}  // namespace erp
