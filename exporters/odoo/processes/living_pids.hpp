#pragma once

#include "exporters/odoo/processes/proc_folder.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace erp::odoo {

/// Which processes of Odoo run at this moment, for a number that no ProcessPicture has yet. One
/// thread, which reads /proc: of a host of 1,000 processes that takes some ms.
class LivingPids {
  public:
    explicit LivingPids(ProcFolder proc = ProcFolder()) : proc_(std::move(proc)) {}

    /// Whether what Odoo's log calls `pid` is a process of `master` (its number in our namespace;
    /// 0: none), or runs any other command of Odoo: an upgrade by hand, a master that has just
    /// begun. It wrote something at `at`; both times are Unix time in ns, `now` is the clock.
    /// /proc is read again only for what is later than the last time that it was, and not for what
    /// the clock has not come to: who invents lines cannot have it read for each.
    [[nodiscard]] bool has(int pid, int master, std::int64_t at, std::int64_t now);

  private:
    void look(int master);

    ProcFolder proc_;
    std::int64_t looked_ = 0;  ///< Unix time in ns at which the last look began
    std::vector<int> pids_;    ///< sorted
};

}  // namespace erp::odoo
