#include "exporters/odoo/directories/pacing.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>

#include <unistd.h>

namespace erp::odoo {

void become_gentle() {
    // ioprio_set(2) has no wrapper in the C library. On Linux both calls take a thread's number.
    constexpr int kWhoProcess = 1;
    constexpr int kClassIdle = 3 << 13;
    const auto self = static_cast<id_t>(::syscall(SYS_gettid));
    ::syscall(SYS_ioprio_set, kWhoProcess, static_cast<int>(self), kClassIdle);
    ::setpriority(PRIO_PROCESS, self, 19);
}

}  // namespace erp::odoo
