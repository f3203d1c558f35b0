#include "exporters/odoo/probes/picture.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

/// A load balancer would have given up by now.
constexpr Duration kSlow = std::chrono::seconds(10);

}  // namespace

std::optional<bool> ProbeState::success(Clock::time_point now) const {
    if (since && now - *since > kSlow) return false;
    if (!last) return std::nullopt;
    return last == ProbeResult::ok && took <= kSlow;
}

Duration ProbeState::duration(Clock::time_point now) const {
    return since ? std::max(took, now - *since) : took;
}

}  // namespace erp::odoo
