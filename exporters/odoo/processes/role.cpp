#include "exporters/odoo/processes/role.hpp"

#include "exporters/odoo/processes/command_line.hpp"

namespace erp::odoo {

std::string_view to_string(Role role) {
    switch (role) {
        case Role::master:
            return "master";
        case Role::http:
            return "http";
        case Role::cron:
            return "cron";
        case Role::gevent:
            return "gevent";
        case Role::jobrunner:
            return "jobrunner";
        case Role::threaded:
            return "threaded";
        case Role::other:
            return "other";
    }
    return "";
}

std::optional<Role> role_by_title(std::string_view comm) {
    constexpr std::string_view kTitle = "odoo: Worker";
    if (!comm.starts_with(kTitle)) return std::nullopt;
    const std::string_view rest = comm.substr(kTitle.size());
    if (rest.starts_with("HTT")) return Role::http;
    if (rest.starts_with("Cro")) return Role::cron;
    if (rest.starts_with("Job")) return Role::jobrunner;
    return Role::other;
}

Role role_by_command(std::string_view cmdline, std::string_view master_cmdline, int nicer_by) {
    const auto arguments = to_arguments(cmdline);
    const auto command = to_odoo_command(arguments);
    if (command && command->command == "gevent") return Role::gevent;
    if (arguments != to_arguments(master_cmdline)) return Role::other;
    return nicer_by > 0 ? Role::cron : Role::http;
}

}  // namespace erp::odoo
