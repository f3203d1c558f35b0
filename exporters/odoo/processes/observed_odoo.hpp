#pragma once

#include "exporters/odoo/processes/fake_proc.hpp"
#include "exporters/odoo/processes/observer.hpp"

#include <cstddef>
#include <utility>

/// For tests: an observer of made-up processes.
namespace erp::odoo {

inline ProcessObserver observer_of(const FakeProc& proc, MasterWanted wanted = {}) {
    return {ProcFolder(proc.folder, {.ticks_per_second = 100, .page_bytes = 4096}),
            proc.path("cgroup"), std::move(wanted)};
}

inline std::size_t count(const ProcessPicture& picture, Role role) {
    return picture.of(role).processes;
}

inline FakeProcess odoo(int pid, int parent, long started) {
    return {.pid = pid,
            .parent = parent,
            .arguments = {"/usr/bin/python3", "/usr/bin/odoo", "-c", "/nowhere/odoo.conf"},
            .started = started};
}

}  // namespace erp::odoo
