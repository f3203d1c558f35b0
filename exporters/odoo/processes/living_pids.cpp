#include "exporters/odoo/processes/living_pids.hpp"

#include "exporters/odoo/processes/command_line.hpp"
#include "exporters/odoo/processes/role.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

/// Times in the log are cut to this: what is no later than a look may be after it.
constexpr std::int64_t kResolution = 1'000'000;

bool is_odoo(const ProcFolder& proc, const ProcStat& stat, int master) {
    if (stat.pid == master || (master != 0 && stat.parent == master)) return true;
    if (role_by_title(stat.comm)) return true;
    const auto cmdline = proc.text(stat.pid, "cmdline");
    return cmdline && to_odoo_command(to_arguments(*cmdline));
}

}  // namespace

void LivingPids::look(int master) {
    pids_.clear();
    const auto all = proc_.pids();
    if (!all) return;
    for (const int pid : *all) {
        const auto stat = proc_.stat(pid);
        if (!stat || !is_odoo(proc_, *stat, master)) continue;
        const auto status = proc_.text(pid, "status");
        pids_.push_back(status ? to_inner_pid(*status).value_or(pid) : pid);
    }
    std::ranges::sort(pids_);
}

bool LivingPids::has(int pid, int master, std::int64_t at, std::int64_t now) {
    if (looked_ > now) looked_ = 0;  // the clock was set back
    if (at <= now && at + kResolution > looked_) {
        looked_ = now;
        look(master);
    }
    return std::ranges::binary_search(pids_, pid);
}

}  // namespace erp::odoo
