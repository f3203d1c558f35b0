#pragma once

#include "core/base/error.hpp"
#include "exporters/odoo/processes/cgroup.hpp"
#include "exporters/odoo/processes/role.hpp"
#include "exporters/odoo/processes/settings.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace erp::odoo {

/// All processes of one role. Counters go on when processes end and begin again with the exporter.
struct RoleCounts {
    std::size_t processes = 0;
    double threads = 0;
    double virtual_bytes_max = 0;
    double resident_bytes = 0;  ///< the sum; pages that they share count in each
    double oldest_age = 0;      ///< seconds; of no process when there are none
    double youngest_age = 0;
    /// Least CPU time that one has left before RLIMIT_CPU ends its request; nothing: no limit.
    std::optional<double> cpu_left = {};
    double cpu_seconds = 0;  ///< counter; with what their own children used
    double starts = 0;       ///< counter
    double exits = 0;        ///< counter
    bool seen = false;       ///< there was one since the exporter runs
};

/// A process that writes, or wrote, Odoo's log.
struct KnownPid {
    int pid = 0;            ///< as Odoo's log names it: in the namespace of Odoo
    double seen_until = 0;  ///< Unix time of the last look that had it
};

/// Which processes there were, for who must tell a real process number from a made-up one. Those
/// that ended are kept for kKept. One that lives shorter than the time between two looks is never
/// seen, and a process of the same Odoo that a person started (shell, an upgrade) is not among
/// them.
struct KnownPids {
    static constexpr double kKept = 600;  ///< seconds
    static constexpr std::size_t kMost = 4096;

    double since = 0;           ///< Unix time of the first look; 0: none yet
    double until = 0;           ///< Unix time of the last look that saw the master
    std::vector<KnownPid> all;  ///< sorted by pid

    /// Whether this number was that of a process of this Odoo which had begun by the first look, or
    /// was seen by another. Nothing: `at`, in Unix time, is before that, or too long ago to tell.
    [[nodiscard]] std::optional<bool> knows(int pid, double at) const;
};

/// One look at the processes of one Odoo. Immutable once published.
struct ProcessPicture {
    /// Why there is no master; then only counters and `known` are of use.
    std::optional<Error> problem = {};
    int master = 0;                               ///< its number in our namespace
    double master_started = 0;                    ///< Unix time, to about a second
    bool threaded = false;                        ///< one process does all
    std::array<RoleCounts, kRoles.size()> roles;  ///< in the order of kRoles

    Settings settings = {};
    /// Why odoo.conf was not read; then what is not on the command line is not known.
    std::optional<Error> settings_problem = {};
    std::string data_dir = {};  ///< of the settings, as we can open it; empty: not known
    std::optional<double> address_space_bytes = {};  ///< RLIMIT_AS of the HTTP workers

    std::optional<Cgroup> cgroup = {};  ///< nothing: the system has no cgroup v2
    KnownPids known;
    double look_seconds = 0;  ///< how long the look took

    [[nodiscard]] const RoleCounts& of(Role role) const {
        return roles[static_cast<std::size_t>(role)];
    }
};

}  // namespace erp::odoo
