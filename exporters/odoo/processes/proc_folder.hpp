#pragma once

#include "core/base/result.hpp"
#include "exporters/odoo/processes/proc_text.hpp"

#include <optional>
#include <string>
#include <vector>

namespace erp::odoo {

/// What /proc shows of other processes. Everything here needs no privilege unless it says so.
/// Reads files: not for the I/O thread. Stateless, for any thread.
class ProcFolder {
  public:
    /// `root` and `units` are others in tests.
    explicit ProcFolder(std::string root = "/proc");
    ProcFolder(std::string root, KernelUnits units);

    /// All processes, in no order.
    [[nodiscard]] Result<std::vector<int>> pids() const;
    /// The numbers of its threads, its own among them; none: it is gone.
    [[nodiscard]] std::vector<int> threads(int pid) const;
    /// The children of a process, zombies too. From task/*/children where the kernel has that
    /// (CONFIG_PROC_CHILDREN), which may miss one while another ends; else from the parents of all
    /// processes.
    [[nodiscard]] std::vector<ProcStat> children(int pid) const;
    [[nodiscard]] std::optional<ProcStat> stat(int pid) const;
    /// cmdline, status, limits and cgroup are open to all; environ is to the same user and root.
    [[nodiscard]] Result<std::string> text(int pid, const char* file) const;
    [[nodiscard]] std::string path(int pid, const char* file) const;

    /// Seconds since the boot, of the clock in which ProcStat::started is.
    [[nodiscard]] static double boot_seconds();

  private:
    [[nodiscard]] bool add_listed_children(int pid, std::vector<int>& found) const;

    std::string root_;
    KernelUnits units_;
};

}  // namespace erp::odoo
