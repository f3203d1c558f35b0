#include "exporters/odoo/processes/tracker.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace erp::odoo {
namespace {

std::pair<int, double> identity_of(const ProcStat& stat) {
    return {stat.pid, stat.started};
}

}  // namespace

void ProcessTracker::saw(const SeenProcess& master,
                         const std::vector<SeenProcess>& children,
                         double now,
                         double unix_now) {
    const bool same = master_ && identity_of(master_->last.stat) == identity_of(master.stat);
    if (!same && master_) saw_nothing();
    clear_gauges();
    // What the master's dead children used and was not seen, since the look before.
    double missed =
        same ? master.stat.reaped_cpu_seconds - master_->last.stat.reaped_cpu_seconds : 0;
    if (!same) master_.emplace();
    master_->last = master;

    std::set<Identity> present;
    for (const SeenProcess& child : children)
        present.insert(identity_of(child.stat));
    std::vector<TrackedProcess> gone;
    const bool had = !tracked_.empty();
    std::erase_if(tracked_, [&](auto& entry) {
        if (present.contains(entry.first)) return false;
        gone.push_back(std::move(entry.second));
        return true;
    });
    all_replaced_ = had && tracked_.empty();
    for (const TrackedProcess& one : gone)
        missed -= one.last.stat.cpu_seconds + one.last.stat.reaped_cpu_seconds;
    for (TrackedProcess& one : gone)
        count_exit(one, std::max(0.0, missed) / static_cast<double>(gone.size()));

    // A threaded server is one process: what it waited for is its own.
    const bool threaded = master.role == Role::threaded;
    count_start(*master_, same);
    add_gauges(master, now);
    add_cpu(*master_, master.role,
            master.stat.cpu_seconds + (threaded ? master.stat.reaped_cpu_seconds : 0));
    remember(master.inner_pid, unix_now);
    for (const SeenProcess& child : children) {
        TrackedProcess& tracked = tracked_[identity_of(child.stat)];
        tracked.last = child;
        count_start(tracked, same);
        if (!child.stat.is_dead()) add_gauges(child, now);
        add_cpu(tracked, child.role, child.stat.cpu_seconds + child.stat.reaped_cpu_seconds);
        remember(child.inner_pid, unix_now);
    }
    last_look_ = now;
    if (known_.since == 0) known_.since = unix_now;
    known_.until = unix_now;
    forget(unix_now);
}

void ProcessTracker::saw_nothing() {
    for (auto& [identity, tracked] : tracked_)
        count_exit(tracked, 0);
    if (master_) count_exit(*master_, 0);
    leave();
}

void ProcessTracker::leave() {
    clear_gauges();
    tracked_.clear();
    master_.reset();
    all_replaced_ = false;
}

void ProcessTracker::clear_gauges() {
    for (RoleCounts& role : roles_) {
        role = {.cpu_seconds = role.cpu_seconds,
                .starts = role.starts,
                .exits = role.exits,
                .seen = role.seen};
    }
}

void ProcessTracker::add_gauges(const SeenProcess& one, double now) {
    RoleCounts& role = of(one.role);
    const double age = std::max(0.0, now - one.stat.started);
    role.youngest_age = role.processes == 0 ? age : std::min(role.youngest_age, age);
    role.oldest_age = std::max(role.oldest_age, age);
    role.processes += 1;
    role.threads += one.stat.threads;
    role.virtual_bytes_max = std::max(role.virtual_bytes_max, one.stat.virtual_bytes);
    role.resident_bytes += one.stat.resident_bytes;
    role.seen = true;
    if (one.cpu_limit) {
        const double left = std::max(0.0, *one.cpu_limit - one.stat.cpu_seconds);
        role.cpu_left = std::min(role.cpu_left.value_or(left), left);
    }
}

/// The role of a process that has just been started may change; what it used then stays where it
/// was counted.
void ProcessTracker::add_cpu(TrackedProcess& tracked, Role role, double cpu) {
    of(role).cpu_seconds += std::max(0.0, cpu - tracked.cpu);
    tracked.cpu = std::max(tracked.cpu, cpu);
}

/// Of the master that was there before, or, if not, of one that starts again: then it is new with
/// all of its processes.
void ProcessTracker::count_start(TrackedProcess& tracked, bool same_master) {
    const ProcStat& stat = tracked.last.stat;
    if (!same_master && !(last_look_ && stat.started > *last_look_)) tracked.counted = true;
    if (tracked.last.settled && !std::exchange(tracked.counted, true))
        of(tracked.last.role).starts += 1;
}

void ProcessTracker::count_exit(TrackedProcess& tracked, double missed_cpu) {
    RoleCounts& role = of(tracked.last.role);
    if (!tracked.counted) role.starts += 1;
    role.exits += 1;
    role.cpu_seconds += missed_cpu;
}

void ProcessTracker::remember(int inner_pid, double unix_now) {
    const auto known = std::ranges::lower_bound(known_.all, inner_pid, {}, &KnownPid::pid);
    if (known != known_.all.end() && known->pid == inner_pid) {
        known->seen_until = unix_now;
    } else {
        known_.all.insert(known, {inner_pid, unix_now});
    }
}

void ProcessTracker::forget(double unix_now) {
    std::erase_if(known_.all, [&](const KnownPid& one) {
        return one.seen_until < unix_now - KnownPids::kKept;
    });
    if (known_.all.size() <= KnownPids::kMost) return;
    std::vector<double> ends;
    for (const KnownPid& one : known_.all)
        ends.push_back(one.seen_until);
    const auto cut = ends.end() - static_cast<std::ptrdiff_t>(KnownPids::kMost);
    std::ranges::nth_element(ends, cut);
    std::erase_if(known_.all, [&](const KnownPid& one) { return one.seen_until < *cut; });
}

}  // namespace erp::odoo
