#pragma once

#include "core/tail/log_options.hpp"
#include "core/yaml/options.hpp"
#include "exporters/odoo/log/assembler.hpp"
#include "exporters/odoo/probes/probe.hpp"
#include "exporters/odoo/processes/master.hpp"
#include "exporters/odoo/sockets/endpoint.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace erp::odoo {

/// One Odoo deployment: a master process and its workers.
struct OdooOptions {
    tail::LogOptions log;  ///< without paths none is read
    LogFormat format = LogFormat::detect;
    /// Name of the target whose databases these are; empty: those that belong to a tenant.
    std::string postgres;
    std::uint16_t http_port = 0;  ///< 0: sockets are not looked at
    std::optional<IpAddress> http_interface;
    std::optional<std::uint16_t> gevent_port;
    std::vector<Probe> probes;          ///< what is asked of it, none twice; empty: nothing
    std::string probe_path;             ///< empty: /web/health
    std::string network_namespace;      ///< a path; empty: that of this daemon
    bool namespace_of_process = false;  ///< that of the master process, whichever it is now
    /// By what its processes are told from others'; nothing set: they are not looked at.
    MasterWanted processes;
    std::string data_dir;  ///< as we can open it; empty: what odoo.conf says
};

[[nodiscard]] std::span<const Option* const> option_rows();
/// Reads a target's entry; problems go to the reader, which then refuses the configuration.
[[nodiscard]] OdooOptions read_odoo_options(ConfigMap& entry);

}  // namespace erp::odoo
