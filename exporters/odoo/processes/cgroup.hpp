#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace erp::odoo {

/// Time in which tasks of the group waited for a resource: `some` of them, or all (`full`). In
/// seconds since the group was made.
struct Pressure {
    std::optional<double> some = {};
    std::optional<double> full = {};
};

/// One control group of version 2, as its files say (kernel: admin-guide/cgroup-v2). What a file
/// does not have, or what has no limit, is nothing.
struct Cgroup {
    std::string path = {};  ///< below the mount point: "/system.slice/odoo.service"
    std::optional<double> memory_bytes = {};  ///< memory.current
    /// memory.stat: cache that is given back first.
    std::optional<double> inactive_file_bytes = {};
    std::optional<double> memory_max_bytes = {};   ///< the lowest up to the root
    std::optional<double> memory_high_bytes = {};  ///< the same
    /// memory.events, in the order of kMemoryEventNames.
    std::array<std::optional<double>, 5> memory_events = {};
    std::optional<double> user_seconds = {};  ///< cpu.stat
    std::optional<double> system_seconds = {};
    std::optional<double> throttled_seconds = {};
    std::optional<double> periods = {};  ///< only counted while there is a quota
    std::optional<double> throttled_periods = {};
    /// cpu.max as a number of processors, the lowest up to the root.
    std::optional<double> cpus_max = {};
    Pressure cpu = {};
    Pressure memory = {};
    Pressure io = {};
};
inline constexpr std::array<std::string_view, 5> kMemoryEventNames = {"low", "high", "max", "oom",
                                                                      "oom_kill"};

/// A file of one number, or "max"; nothing: no limit, no number.
[[nodiscard]] std::optional<double> to_cgroup_number(std::string_view text);
/// cpu.max, "quota period" or "max period", as a number of processors.
[[nodiscard]] std::optional<double> to_cpus(std::string_view text);
/// The value of `key` in a file of lines "key value".
[[nodiscard]] std::optional<double> find_value(std::string_view text, std::string_view key);
/// A file <resource>.pressure.
[[nodiscard]] Pressure to_pressure(std::string_view text);

/// Reads the group of this path. `root` is where version 2 is mounted; a path that leads out of it
/// ("/../…", another namespace) has nothing.
[[nodiscard]] Cgroup read_cgroup(const std::string& root, const std::string& path);

}  // namespace erp::odoo
