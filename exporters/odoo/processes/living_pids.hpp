#pragma once

#include "exporters/odoo/processes/proc_folder.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace erp::odoo {

/// Which processes of Odoo run at this moment, for a number that no ProcessPicture has yet. One
/// thread, which reads /proc: of a host of 1,000 processes that takes some ms.
class LivingPids {
  public:
    explicit LivingPids(ProcFolder proc = ProcFolder()) : proc_(std::move(proc)) {}

    /// Whose master this is, to know others of its owner while it is down, too. 0: it is.
    void meet(int master);
    /// Whether what Odoo's log calls `pid` is a process of `master` (its number in our namespace;
    /// 0: none), or runs any other command of Odoo: an upgrade by hand, a master that has just
    /// begun; or is a Python of the owner of the master that meet() was told of last, such as
    /// click-odoo-update: a script may load Odoo whatever its name is. It wrote something at `at`;
    /// both times are Unix time in ns, `now` is the clock. /proc is read again only for what is
    /// later than the last time that it was, and not for what the clock has not come to: who
    /// invents lines cannot have it read for each.
    [[nodiscard]] bool has(int pid, int master, std::int64_t at, std::int64_t now);

  private:
    /// Of a process. In a container users have the numbers of others, and root has many processes:
    /// for these its cgroup counts, too.
    struct Owner {
        int user = 0;
        bool inner = false;  ///< in a namespace below ours
        std::string cgroup;
        bool operator==(const Owner&) const = default;
    };
    void look(int master);
    [[nodiscard]] std::optional<Owner> owner_of(int pid) const;
    [[nodiscard]] bool is_odoo(const ProcStat& stat, int master) const;

    ProcFolder proc_;
    std::int64_t looked_ = 0;  ///< Unix time in ns at which the last look began
    std::vector<int> pids_;    ///< sorted
    int met_ = 0;              ///< the master that owner_ is of
    std::optional<Owner> owner_;
};

}  // namespace erp::odoo
