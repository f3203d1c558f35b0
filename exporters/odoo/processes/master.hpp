#pragma once

#include "core/base/result.hpp"
#include "core/net/sockets/tcp_socket.hpp"
#include "exporters/odoo/processes/proc_folder.hpp"
#include "exporters/odoo/processes/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace erp::odoo {

/// By what the wanted Odoo is told from others on the host; what is empty does not matter.
struct MasterWanted {
    std::string config = {};  ///< its odoo.conf, as we see it
    std::string pid_file = {};
    std::string cgroup = {};  ///< a part of its cgroup's path: a unit, a container's id
    std::optional<IpAddress> http_interface = {};
    std::optional<std::int64_t> http_port = {};
    int version =
        0;  ///< its major version by its log, for where /proc does not show it; 0: unknown

    /// Whether anything is said of it at all.
    [[nodiscard]] bool named() const {
        return http_port || named_by_more_than_port() || http_interface;
    }
    [[nodiscard]] bool named_by_more_than_port() const {
        return !config.empty() || !pid_file.empty() || !cgroup.empty();
    }
};

/// The first process of an Odoo, and what it was told.
struct Master {
    ProcStat stat;
    std::string cmdline = {};
    Settings settings = {};
    std::optional<Error> settings_problem = {};  ///< why its odoo.conf was not read
    bool certain = false;  ///< it is the wanted one; false: nothing says that it is not
    std::optional<std::string> cgroup = {};  ///< path in cgroup v2
};

/// Among all processes: each that runs Odoo's server and whose parent does not. One that certainly
/// differs from what is wanted is out; of the rest those that certainly match come first, and one
/// must be left. Errors:
/// refused (there is none), limit (there are several), privilege (/proc hides other users'
/// processes, hidepid).
[[nodiscard]] Result<Master> find_master(const ProcFolder& proc, const MasterWanted& wanted);

/// What this process was told, from its command line, its environment where we may read it and its
/// version does, and the file: `wanted.config` or the one that it was told to read, in its own root
/// where we may.
void read_settings(const ProcFolder& proc, const MasterWanted& wanted, Master& master);

/// A path that this process was told, as we can open it: in its own root, if that is another one
/// and we may look there; in a namespace of its own it is never ours.
[[nodiscard]] std::string path_of(const ProcFolder& proc, int pid, const std::string& told);

}  // namespace erp::odoo
