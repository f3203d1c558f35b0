#include "core/daemon/command_line.hpp"

#include "core/config/listen.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <sstream>

namespace erp {

std::variant<CommandLine, CommandLineEnd> parse_command_line(int argc, const char* const* argv) {
    CommandLine line;
    CLI::App app(
        "Prometheus exporter for hosted systems: all targets on one page, tenant by tenant.",
        "erp_exporter");
    app.set_version_flag("--version", "erp_exporter " ERP_VERSION);
    const CLI::Option* file =
        app.add_option("--config.file", line.config_file,
                       "Configuration file (YAML); without it the servers of this host are served.")
            ->type_name("FILE");
    bool check = false;
    app.add_flag("--config.check", check,
                 "Check the configuration file and stop: status 0, or 2 with every error.");
    app.add_option(
           "--web.listen-address", line.listen,
           "Address to serve on, instead of the file's: host:port, [v6]:port or unix:/path. "
           "May be given several times.")
        ->type_name("ADDRESS");
    const std::map<std::string, LogLevel> levels{{"debug", LogLevel::debug},
                                                 {"info", LogLevel::info},
                                                 {"warn", LogLevel::warn},
                                                 {"error", LogLevel::error}};
    std::string level = "info";
    app.add_option("--log.level", level, "Least level to log.")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
        ->type_name("debug|info|warn|error");
    std::string format = "logfmt";
    app.add_option("--log.format", format, "Format of the log on standard error.")
        ->check(CLI::IsMember({"logfmt", "json"}))
        ->type_name("logfmt|json");
    app.add_option("--state.directory", line.state_directory,
                   "Folder for what must survive a restart; it must exist and be writable.")
        ->envname("STATE_DIRECTORY")
        ->check(CLI::ExistingDirectory)
        ->type_name("DIR");
    app.require_subcommand(0, 1);
    const CLI::App* metrics =
        app.add_subcommand("metrics", "Print the reference of all metrics (Markdown).");
    const CLI::App* discover =
        app.add_subcommand("discover", "Print a configuration of the servers found on this host.");
    const CLI::App* options =
        app.add_subcommand("options", "Print the reference of all options (Markdown).");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream out;
        std::ostringstream err;
        const int status = app.exit(error, out, err);
        return CommandLineEnd{status == 0 ? 0 : 2, status == 0 ? out.str() : err.str()};
    }
    if (file->count() > 0 && line.config_file.empty()) {
        return CommandLineEnd{2, "erp_exporter: --config.file names no file\n"};
    }
    for (const std::string& address : line.listen) {
        if (const auto problem = listen_problem(address)) {
            return CommandLineEnd{2, "erp_exporter: --web.listen-address: " + *problem + "\n"};
        }
    }
    line.log_level = levels.at(level);
    if (format == "json") line.log_format = LogFormat::json;
    if (metrics->parsed()) {
        line.command = CommandLine::Command::metrics;
    } else if (discover->parsed()) {
        line.command = CommandLine::Command::discover;
    } else if (options->parsed()) {
        line.command = CommandLine::Command::options;
    } else if (check) {
        line.command = CommandLine::Command::check;
    }
    if (line.command == CommandLine::Command::check && line.config_file.empty()) {
        return CommandLineEnd{2, "erp_exporter: --config.check needs --config.file\n"};
    }
    return line;
}

}  // namespace erp
