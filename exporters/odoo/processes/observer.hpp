#pragma once

#include "exporters/odoo/processes/master.hpp"
#include "exporters/odoo/processes/picture.hpp"
#include "exporters/odoo/processes/tracker.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace erp::odoo {

/// Looks at the processes of one Odoo again and again. One thread.
class ProcessObserver {
  public:
    /// `cgroups` is where cgroup v2 is mounted; empty: nowhere.
    ProcessObserver(ProcFolder proc, std::string cgroups, MasterWanted wanted);

    /// The version by Odoo's log, 0 while that does not tell: its settings depend on it.
    void hear_version(int major);
    /// One look, with the boot clock (ProcFolder::boot_seconds()) and the system clock.
    [[nodiscard]] ProcessPicture look(double now, double unix_now);

  private:
    /// What of a process does not change, so that it is read once.
    struct Constant {
        std::optional<Role> title;  ///< by its title, or gevent
        Role role = Role::other;    ///< by its command line, when that was read last
        std::optional<int> inner_pid;
    };

    [[nodiscard]] std::optional<Error> follow_master(double now);
    std::optional<Error> look_for_better(double now);
    void lose_master();
    [[nodiscard]] bool began_anew(bool threaded);
    void find_data_dir();
    [[nodiscard]] SeenProcess to_seen(ProcStat stat, double now);
    [[nodiscard]] int inner_pid(const ProcStat& stat);
    [[nodiscard]] double unix_start(double now, double unix_now);
    void forget_ended(const std::vector<SeenProcess>& present);

    ProcFolder proc_;
    std::string cgroups_;
    MasterWanted wanted_;
    std::optional<Master> master_;
    bool certain_ = false;     ///< a master was known to be the wanted one
    double search_again_ = 0;  ///< when one that only may be it is compared with all others
    double read_again_ = 0;    ///< when a file that could not be read is tried again
    /// The last master, and its start in Unix time.
    std::optional<std::pair<std::pair<int, double>, double>> began_;
    std::string data_dir_;
    std::map<std::pair<int, double>, Constant> constant_;
    std::optional<double> address_space_;
    std::vector<int> threads_;  ///< of a threaded server, at the last look; not the first one
    ProcessTracker tracker_;
};

/// Where cgroup v2 is mounted on this system, or empty.
[[nodiscard]] std::string find_cgroups();

}  // namespace erp::odoo
