#pragma once

#include "exporters/odoo/processes/proc_text.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace erp::odoo {

/// What a process of an Odoo is for. `threaded` is the only process of an Odoo without workers;
/// `other` is anything else that the master started.
enum class Role { master, http, cron, gevent, jobrunner, threaded, other };
inline constexpr std::array kRoles{Role::master,    Role::http,     Role::cron, Role::gevent,
                                   Role::jobrunner, Role::threaded, Role::other};
/// The label value.
[[nodiscard]] std::string_view to_string(Role role);

/// By the title that setproctitle gave it ("odoo: WorkerCron 123 acme"), of which the kernel keeps
/// 15 bytes; nothing: it has none.
[[nodiscard]] std::optional<Role> role_by_title(std::string_view comm);

/// By the command line, for one without a title: Odoo's gevent process is started anew with the
/// argument `gevent`, workers are copies of the master. Of these a cron worker has made itself
/// nicer by 10; the job runner of queue_job looks like an HTTP worker, and counts as one.
[[nodiscard]] Role role_by_command(std::string_view cmdline,
                                   std::string_view master_cmdline,
                                   int nicer_by);

}  // namespace erp::odoo
