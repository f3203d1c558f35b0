#pragma once

#include "exporters/odoo/processes/picture.hpp"
#include "exporters/odoo/processes/proc_text.hpp"

#include <map>
#include <optional>
#include <vector>

namespace erp::odoo {

/// One process as one look saw it.
struct SeenProcess {
    ProcStat stat;
    Role role = Role::other;
    /// Whether the role can still turn out to be another one: it has just been started.
    bool settled = true;
    int inner_pid = 0;                     ///< its number in Odoo's own namespace
    std::optional<double> cpu_limit = {};  ///< RLIMIT_CPU, seconds of CPU time since its start
};

/// A process, and what was counted for it.
struct TrackedProcess {
    SeenProcess last = {};
    bool counted = false;  ///< as a start
    double cpu = 0;        ///< seconds that were added to the counter
};

/// Turns looks into counters that survive the end of the processes they are about. Pure: clocks are
/// arguments. One thread.
class ProcessTracker {
  public:
    /// `now` is seconds since the boot, as ProcStat::started; `unix_now` the same moment in Unix
    /// time. The role of `master` is master or threaded. The first look counts no starts, nor does
    /// the first one at another master of what began before the last look at the one before.
    void saw(const SeenProcess& master,
             const std::vector<SeenProcess>& children,
             double now,
             double unix_now);
    /// The master is gone, and its children with it.
    void saw_nothing();
    /// Another one is to be looked at: that these end is not said.
    void leave();

    /// Counts of the last look, counters of all.
    [[nodiscard]] const std::array<RoleCounts, kRoles.size()>& roles() const { return roles_; }
    [[nodiscard]] const KnownPids& known() const { return known_; }
    /// Whether all children of the look before were gone at the last one, and there were some: what
    /// a master does when it starts anew under its old number (SIGHUP).
    [[nodiscard]] bool all_replaced() const { return all_replaced_; }

  private:
    /// A number may be given again: the start tells them apart.
    using Identity = std::pair<int, double>;

    RoleCounts& of(Role role) { return roles_[static_cast<std::size_t>(role)]; }
    void clear_gauges();
    void add_gauges(const SeenProcess& one, double now);
    void add_cpu(TrackedProcess& tracked, Role role, double cpu);
    void count_start(TrackedProcess& tracked, bool same_master);
    void count_exit(TrackedProcess& tracked, double missed_cpu);
    void remember(int inner_pid, double unix_now);
    void forget(double unix_now);

    std::array<RoleCounts, kRoles.size()> roles_{};
    std::map<Identity, TrackedProcess> tracked_;  ///< children
    std::optional<TrackedProcess> master_ = {};
    KnownPids known_;
    std::optional<double> last_look_ = {};  ///< seconds since the boot
    bool all_replaced_ = false;
};

}  // namespace erp::odoo
