#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace erp::odoo {

/// Counts the connections that met a full accept queue of one listener. The kernel counts these for
/// a whole network namespace, and for a listener all segments that it discards, also the resets of
/// a load balancer's half checks: of both counts' increase in the same time the smaller one is the
/// listener's. Pure.
class OwnOverflows {
  public:
    /// `discarded`: of the listener, as a total from 0 on. `overflows`: of the namespace; that of
    /// another one may be smaller. The two are not read at the same moment, so that what one has
    /// more now may be the other's at the next look.
    void look(std::uint64_t discarded, std::uint64_t overflows) {
        const std::uint64_t ours = discarded - std::exchange(discarded_, discarded);
        const std::uint64_t before = std::exchange(overflows_, overflows).value_or(overflows);
        const std::uint64_t all = overflows < before ? overflows : overflows - before;
        const std::uint64_t both = std::min(spare_ours_ + ours, spare_all_ + all);
        total_ += both;
        spare_ours_ = std::min(spare_ours_ + ours - both, ours);
        spare_all_ = std::min(spare_all_ + all - both, all);
    }
    [[nodiscard]] std::uint64_t total() const { return total_; }

  private:
    std::uint64_t discarded_ = 0;
    std::optional<std::uint64_t> overflows_;
    std::uint64_t spare_ours_ = 0;
    std::uint64_t spare_all_ = 0;
    std::uint64_t total_ = 0;
};

}  // namespace erp::odoo
