#pragma once

#include "core/net/sockets/proc_net.hpp"

#include <cstdint>
#include <optional>

namespace erp::odoo {

/// Whether connections can have changed since they were last looked at. To look for them the kernel
/// walks through its whole table, a millisecond and more on a large host however few there are; a
/// connection comes and goes by segments, which the kernel counts. Of what changes without one, an
/// accept needs somebody who waits, and listeners are looked at each time. A peer that has vanished
/// is given up without a segment: for that, quiet is not believed for long.
class QuietSpell {
  public:
    /// `longest`: looks in a row that may be quiet.
    explicit QuietSpell(std::uint32_t longest) : longest_(longest) {}

    /// At each look; `now` is nothing where the segments are not known.
    [[nodiscard]] bool goes_on(const std::optional<TcpSegments>& now) {
        if (!now || now != segments_ || looks_ == longest_) return false;
        ++looks_;
        return true;
    }
    /// After a look at all connections; `before` are the segments read before it. `waiting`: some
    /// connection is not accepted yet.
    void begin(const std::optional<TcpSegments>& before, bool waiting) {
        segments_ = waiting ? std::nullopt : before;
        looks_ = 0;
    }

  private:
    std::uint32_t longest_;
    std::uint32_t looks_ = 0;
    std::optional<TcpSegments> segments_;  ///< nothing: not quiet
};

}  // namespace erp::odoo
