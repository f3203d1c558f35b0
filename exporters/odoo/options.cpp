#include "exporters/odoo/options.hpp"

#include "core/tail/log_options.hpp"

namespace erp::odoo {
namespace {

void read_logs(const ConfigValue& value, OdooOptions& options) {
    tail::read_log_paths(value, options.logs);
}

void read_format(const ConfigValue& value, OdooOptions& options) {
    constexpr std::string_view kFormats[] = {"detect", "plain", "syslog", "json"};
    if (const auto word = value.choice(kFormats)) options.format = *to_log_format(*word);
}

void read_wrapper(const ConfigValue& value, OdooOptions& options) {
    tail::read_wrapper(value, options.wrapper);
}

constexpr BoundOption<OdooOptions> kOptions[] = {
    {{.key = "log",
      .syntax = tail::kLogSyntax,
      .help = "Where Odoo writes its log (`logfile` of its configuration); each entry may be a "
              "pattern (glob), and rotated files are found beside it."},
     read_logs},
    {{.key = "format",
      .syntax = "detect|plain|syslog|json",
      .fallback = "detect",
      .help = "Format of the log: Odoo's own, that of the add-on logging_json, or what `--syslog` "
              "sends, which has neither pids nor times."},
     read_format},
    {{.key = "wrapper",
      .syntax = tail::kWrapperSyntax,
      .fallback = "detect",
      .help = "What a container runtime writes around each line."},
     read_wrapper},
    {{.key = "from_beginning",
      .syntax = "true|false",
      .fallback = "false",
      .help = "Whether a log that was never read is read from its beginning, or from now on."},
     into<&OdooOptions::from_beginning>},
    {{.key = "postgres",
      .syntax = "name of a target",
      .help = "The target whose databases are this Odoo's; without it only databases that "
              "`tenants:` gives to a tenant are told apart."},
     into<&OdooOptions::postgres>},
};

}  // namespace

std::span<const Option* const> option_rows() {
    static const auto rows = options_of(kOptions);
    return rows;
}

OdooOptions read_odoo_options(ConfigMap& entry) {
    OdooOptions options;
    read_options(kOptions, entry, options);
    return options;
}

}  // namespace erp::odoo
