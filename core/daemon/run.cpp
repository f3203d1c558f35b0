#include "core/config/config.hpp"
#include "core/config/reference.hpp"
#include "core/daemon/daemon.hpp"
#include "core/daemon/local_servers.hpp"

#include <exception>
#include <iostream>

namespace erp {
namespace {

int check(const CommandLine& line, std::span<const Exporter* const> exporters) {
    const LoadedConfig loaded = load_config(line.config_file, exporters);
    for (const ConfigError& error : loaded.errors)
        std::cerr << to_text(error) << '\n';
    if (!loaded.config) return 2;
    std::cout << line.config_file << ": " << loaded.config->targets.size() << " targets, "
              << loaded.config->tenancy->tenants().size() << " tenants\n";
    return 0;
}

int discover(std::span<const Exporter* const> exporters) {
    const std::vector<LocalServer> found = find_local_servers(exporters);
    std::cout << to_yaml(found) << std::flush;
    std::cerr << found.size() << (found.size() == 1 ? " server" : " servers")
              << " found on this host\n";
    return 0;
}

}  // namespace

int run(int argc, const char* const* argv, std::span<const Exporter* const> exporters) {
    const auto parsed = parse_command_line(argc, argv);
    if (const auto* end = std::get_if<CommandLineEnd>(&parsed)) {
        (end->status == 0 ? std::cout : std::cerr) << end->text << std::flush;
        return end->status;
    }
    const auto& line = std::get<CommandLine>(parsed);
    try {
        switch (line.command) {
            case CommandLine::Command::check:
                return check(line, exporters);
            case CommandLine::Command::metrics:
                std::cout << metric_reference(exporters) << std::flush;
                return 0;
            case CommandLine::Command::discover:
                return discover(exporters);
            case CommandLine::Command::options:
                std::cout << option_reference(exporters) << std::flush;
                return 0;
            case CommandLine::Command::serve:
                return serve(line, exporters);
        }
    } catch (const std::exception& e) {
        std::cerr << "erp_exporter: " << e.what() << '\n';
    }
    return 1;
}

}  // namespace erp
