#include "exporters/odoo/processes/observer.hpp"

#include "exporters/odoo/processes/text_file.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace erp::odoo {
namespace {

/// A process that is younger may not have made itself what it will be: Odoo forks, and then sets
/// its title and niceness, or runs another program.
constexpr double kSettled = 2;

/// How often an Odoo that only may be the wanted one is compared with all processes, and a file
/// that could not be read is tried again, in seconds.
constexpr double kSearchAgain = 30;

std::pair<int, double> identity_of(const ProcStat& stat) {
    return {stat.pid, stat.started};
}

bool is_worker(const SeenProcess& one) {
    return one.role == Role::http || one.role == Role::cron;
}

}  // namespace

std::string find_cgroups() {
    // In the hybrid setup of systemd, version 2 is beside the controllers of version 1.
    for (const char* const root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
        if (read_text(std::string(root) + "/cgroup.procs", 1)) return root;
    }
    return {};
}

ProcessObserver::ProcessObserver(ProcFolder proc, std::string cgroups, MasterWanted wanted)
    : proc_(std::move(proc)), cgroups_(std::move(cgroups)), wanted_(std::move(wanted)) {}

void ProcessObserver::hear_version(int major) {
    if (major == wanted_.version) return;
    wanted_.version = major;
    if (!master_) return;
    read_settings(proc_, wanted_, *master_);
    find_data_dir();
}

std::optional<Error> ProcessObserver::follow_master(double now) {
    if (master_) {
        auto stat = proc_.stat(master_->stat.pid);
        if (stat && !stat->is_dead() && stat->started == master_->stat.started) {
            master_->stat = std::move(*stat);
            // After SIGHUP its first word is another one.
            auto cmdline = proc_.text(master_->stat.pid, "cmdline");
            if (cmdline && !cmdline->empty()) master_->cmdline = std::move(*cmdline);
            return master_->certain ? std::nullopt : look_for_better(now);
        }
        lose_master();
        tracker_.saw_nothing();
    }
    auto found = find_master(proc_, wanted_);
    if (!found) return found.error();
    // While the one that we know is down, one that may be it is not it.
    if (certain_ && !found->certain)
        return Error{Phase::refused, "an Odoo runs, but not the one that ran before"};
    certain_ = found->certain;
    master_ = std::move(*found);
    search_again_ = now + kSearchAgain;
    find_data_dir();
    return std::nullopt;
}

/// One that may be the wanted Odoo is it as long as no other may be, too.
std::optional<Error> ProcessObserver::look_for_better(double now) {
    if (now < search_again_) return std::nullopt;
    search_again_ = now + kSearchAgain;
    auto found = find_master(proc_, wanted_);
    if (!found && found.error().phase == Phase::limit) {
        lose_master();
        tracker_.leave();
        return found.error();
    }
    if (!found || !found->certain) return std::nullopt;
    if (identity_of(found->stat) != identity_of(master_->stat)) tracker_.leave();
    certain_ = true;
    master_ = std::move(*found);
    find_data_dir();
    return std::nullopt;
}

void ProcessObserver::lose_master() {
    master_.reset();
    threads_.clear();
    constant_.clear();
    address_space_.reset();
}

/// After SIGHUP a master runs its program anew, under its old number: none of its children is left,
/// and of a threaded one none of its threads.
bool ProcessObserver::began_anew(bool threaded) {
    std::vector<int> threads = threaded ? proc_.threads(master_->stat.pid) : std::vector<int>();
    std::erase(threads, master_->stat.pid);
    const bool replaced =
        !threads_.empty() && !threads.empty() && std::ranges::none_of(threads_, [&](int thread) {
            return std::ranges::find(threads, thread) != threads.end();
        });
    threads_ = std::move(threads);
    return replaced || tracker_.all_replaced();
}

void ProcessObserver::find_data_dir() {
    const std::string told = master_->settings.text("data_dir").value_or("");
    data_dir_ = told.starts_with('/') ? path_of(proc_, master_->stat.pid, told) : std::string();
}

int ProcessObserver::inner_pid(const ProcStat& stat) {
    auto& known = constant_[identity_of(stat)].inner_pid;
    if (!known) {
        const auto status = proc_.text(stat.pid, "status");
        known = status ? to_inner_pid(*status).value_or(stat.pid) : stat.pid;
    }
    return *known;
}

SeenProcess ProcessObserver::to_seen(ProcStat stat, double now) {
    SeenProcess seen;
    seen.inner_pid = inner_pid(stat);
    Constant& constant = constant_[identity_of(stat)];
    if (!constant.title) constant.title = role_by_title(stat.comm);
    if (constant.title) {
        seen.role = *constant.title;
    } else {
        const auto cmdline = proc_.text(stat.pid, "cmdline");
        // That of a zombie is empty: it stays what it was.
        if (cmdline && !cmdline->empty()) {
            constant.role =
                role_by_command(*cmdline, master_->cmdline, stat.nice - master_->stat.nice);
        }
        seen.role = constant.role;
        if (seen.role == Role::gevent) constant.title = Role::gevent;
        seen.settled = seen.role == Role::gevent || now - stat.started >= kSettled;
    }
    if (seen.role == Role::http || seen.role == Role::cron) {
        if (const auto text = proc_.text(stat.pid, "limits")) {
            const ProcLimits limits = to_limits(*text);
            seen.cpu_limit = limits.cpu_seconds;
            if (seen.role == Role::http && limits.address_space_bytes)
                address_space_ = limits.address_space_bytes;
        }
    }
    seen.stat = std::move(stat);
    return seen;
}

/// Once for each master: the two clocks are never read at the same moment, nor go equally fast.
double ProcessObserver::unix_start(double now, double unix_now) {
    const auto identity = identity_of(master_->stat);
    if (!began_ || began_->first != identity)
        began_ = {identity, unix_now - (now - master_->stat.started)};
    return began_->second;
}

void ProcessObserver::forget_ended(const std::vector<SeenProcess>& present) {
    std::set<std::pair<int, double>> identities{identity_of(master_->stat)};
    for (const SeenProcess& one : present)
        identities.insert(identity_of(one.stat));
    std::erase_if(constant_, [&](const auto& entry) { return !identities.contains(entry.first); });
}

ProcessPicture ProcessObserver::look(double now, double unix_now) {
    ProcessPicture picture;
    picture.problem = follow_master(now);
    if (master_) {
        std::vector<SeenProcess> children;
        for (ProcStat& stat : proc_.children(master_->stat.pid))
            children.push_back(to_seen(std::move(stat), now));
        picture.threaded = master_->stat.threads > 1 && std::ranges::none_of(children, is_worker);
        // Which of the two it will be is not seen while it loads its modules.
        const bool settled = picture.threaded || std::ranges::any_of(children, is_worker);
        const SeenProcess head{.stat = master_->stat,
                               .role = picture.threaded ? Role::threaded : Role::master,
                               .settled = settled,
                               .inner_pid = inner_pid(master_->stat)};
        forget_ended(children);
        tracker_.saw(head, children, now, unix_now);
        const bool anew = began_anew(picture.threaded);
        if (anew || (master_->settings_problem && now >= read_again_)) {
            read_again_ = now + kSearchAgain;
            read_settings(proc_, wanted_, *master_);
            find_data_dir();
            if (anew) address_space_.reset();
        }
        picture.master = master_->stat.pid;
        picture.master_started = unix_start(now, unix_now);
        picture.settings = master_->settings;
        picture.settings_problem = master_->settings_problem;
        picture.data_dir = data_dir_;
        picture.address_space_bytes = address_space_;
        if (!cgroups_.empty() && master_->cgroup)
            picture.cgroup = read_cgroup(cgroups_, *master_->cgroup);
    }
    picture.roles = tracker_.roles();
    picture.known = tracker_.known();
    return picture;
}

}  // namespace erp::odoo
