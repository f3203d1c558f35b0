#pragma once

#include <algorithm>
#include <cstdint>

namespace erp::odoo {

/// Whether the times of a log's records go on as those of Odoo do: a record that a client forged
/// has a time that it had to guess. Lines of several processes differ by tens of milliseconds.
class TimeOrder {
  public:
    /// What a record may be before another one, or before its reader's clock: ns.
    static constexpr std::int64_t kSlack = 5'000'000'000;

    /// False: it goes back, or comes from the future, by more than kSlack. `now` is the reader's
    /// clock: where it was set back, records may go back with it. Both are Unix time in ns.
    [[nodiscard]] bool take(std::int64_t time, std::int64_t now) {
        const std::int64_t newest = std::min(newest_, now);
        if (time < newest - kSlack || time > now + kSlack) return false;
        newest_ = std::max(newest, time);
        return true;
    }

  private:
    std::int64_t newest_ = 0;
};

}  // namespace erp::odoo
