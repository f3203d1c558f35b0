#include "exporters/odoo/processes/living_pids.hpp"

#include "exporters/odoo/processes/command_line.hpp"
#include "exporters/odoo/processes/role.hpp"

#include <algorithm>

namespace erp::odoo {
namespace {

/// Times in the log are cut to this: what is no later than a look may be after it.
constexpr std::int64_t kResolution = 1'000'000;

}  // namespace

std::optional<LivingPids::Owner> LivingPids::owner_of(int pid) const {
    const auto status = proc_.text(pid, "status");
    const auto user = status ? to_user(*status) : std::nullopt;
    if (!user) return std::nullopt;
    Owner owner{.user = *user, .inner = is_in_inner_namespace(*status), .cgroup = {}};
    if (owner.inner || owner.user == 0) {
        if (const auto cgroup = proc_.text(pid, "cgroup"))
            owner.cgroup = to_cgroup_path(*cgroup).value_or(std::string());
    }
    return owner;
}

bool LivingPids::is_odoo(const ProcStat& stat, int master) const {
    if (stat.pid == master || (master != 0 && stat.parent == master)) return true;
    if (role_by_title(stat.comm)) return true;
    const auto cmdline = proc_.text(stat.pid, "cmdline");
    if (!cmdline) return false;
    const auto arguments = to_arguments(*cmdline);
    return to_odoo_command(arguments) ||
           (owner_ && runs_python(arguments) && owner_of(stat.pid) == owner_);
}

void LivingPids::meet(int master) {
    if (master == 0 || master == met_) return;
    met_ = master;
    owner_ = owner_of(master);
}

void LivingPids::look(int master) {
    pids_.clear();
    const auto all = proc_.pids();
    if (!all) return;
    for (const int pid : *all) {
        const auto stat = proc_.stat(pid);
        if (!stat || !is_odoo(*stat, master)) continue;
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
