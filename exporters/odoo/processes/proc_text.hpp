#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Texts of /proc/<pid>/, proc(5), as values.
namespace erp::odoo {

/// Units of the kernel's numbers.
struct KernelUnits {
    double ticks_per_second = 100;  ///< sysconf(_SC_CLK_TCK)
    double page_bytes = 4096;
};

/// /proc/<pid>/stat.
struct ProcStat {
    int pid = 0;
    int parent = 0;
    int group = 0;          ///< the process that leads its group
    std::string comm = {};  ///< at most 15 bytes, of any kind
    char state = '?';
    int nice = 0;
    int threads = 0;
    double cpu_seconds = 0;         ///< of the process itself, user and system
    double reaped_cpu_seconds = 0;  ///< of children that ended and were waited for
    double started = 0;             ///< seconds after the boot
    double virtual_bytes = 0;       ///< VmSize, which Odoo's memory limits compare
    double resident_bytes = 0;

    [[nodiscard]] bool is_dead() const { return state == 'Z' || state == 'X'; }
};
/// "pid (comm) state ppid …": the name may hold blanks and brackets.
[[nodiscard]] std::optional<ProcStat> to_stat(std::string_view text, const KernelUnits& units);

/// The last number of the line NSpid of /proc/<pid>/status: the process's number in its own
/// namespace, by which an Odoo in a container names it in its log. Nothing: no such line.
[[nodiscard]] std::optional<int> to_inner_pid(std::string_view status);
/// Whether the line has more than one number: it lives in a namespace below ours.
[[nodiscard]] bool is_in_inner_namespace(std::string_view status);

/// The real user: the first number of the line Uid. Nothing: no such line.
[[nodiscard]] std::optional<int> to_user(std::string_view status);

/// Soft limits in /proc/<pid>/limits; nothing: unlimited, or no such line.
struct ProcLimits {
    std::optional<double> cpu_seconds = {};  ///< RLIMIT_CPU
    bool lowers_cpu = false;  ///< it has lowered that itself: what it may be raised to is more
    std::optional<double> address_space_bytes = {};  ///< RLIMIT_AS
};
[[nodiscard]] ProcLimits to_limits(std::string_view text);

/// The path in cgroup v2 (the line "0::…" of /proc/<pid>/cgroup), without the kernel's mark
/// " (deleted)"; nothing: the system has none.
[[nodiscard]] std::optional<std::string> to_cgroup_path(std::string_view text);

}  // namespace erp::odoo
