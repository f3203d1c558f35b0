#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace erp::odoo {

/// `levelname`; RUNBOT (25) prints as INFO.
enum class Level : std::uint8_t { debug, info, warning, error, critical };
inline constexpr std::size_t kLevels = 5;
/// In lower case, as the label `level`.
[[nodiscard]] std::string_view to_string(Level level);

/// Which part of Odoo a record is of, by the prefix of its logger: label `area`.
enum class Area : std::uint8_t {
    requests,   ///< werkzeug, longpolling
    http,       ///< odoo.http
    sql,        ///< odoo.sql_db
    server,     ///< odoo.service
    modules,    ///< odoo.modules, odoo.registry, odoo.addons.base.models.ir_module
    cron,       ///< odoo.addons.base.models.ir_cron
    users,      ///< odoo.addons.base.models.res_users
    base,       ///< odoo.addons.base, the rest
    mail,       ///< odoo.addons.mail, ir_mail_server
    bus,        ///< odoo.addons.bus
    queue_job,  ///< odoo.addons.queue_job
    addons,     ///< odoo.addons, the rest
    core,       ///< odoo, the rest
    python,     ///< py.warnings
    other,      ///< what is none of Odoo's
};
inline constexpr std::size_t kAreas = 15;
[[nodiscard]] std::string_view to_string(Area area);
[[nodiscard]] Area area_of(std::string_view logger);

/// The first line of a record of Odoo's log. All texts are what Odoo wrote, and much of that is
/// what a client sent: `database` is at times a name that does not exist. Views into the line, or
/// into the assembler where it kept the record; valid during RecordSink::take() only.
struct Record {
    std::optional<std::int64_t> time;  ///< `asctime`, UTC to the millisecond: Unix time in ns
    std::optional<std::int32_t> pid;   ///< syslog has neither time nor pid
    Level level = Level::info;
    std::string_view database;  ///< `dbname`; "?" and "None" are none
    std::string_view logger;    ///< `name`, for example "odoo.sql_db"
    std::string_view message;   ///< first line, without the numbers of a request behind it
    std::string_view perf;      ///< `perf_info`: "36 0.035 1.014", "- - -"; empty: there is none
};

}  // namespace erp::odoo
