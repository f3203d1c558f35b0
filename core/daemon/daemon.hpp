#pragma once

#include "core/daemon/command_line.hpp"
#include "core/scrape/exporter.hpp"

#include <span>

namespace erp {

/// Runs the program that the command line asks for and returns its exit status: 0, or 1 if it could
/// not serve, or 2 for a command line or configuration that is wrong.
[[nodiscard]] int run(int argc,
                      const char* const* argv,
                      std::span<const Exporter* const> exporters);

/// Serves until SIGTERM or SIGINT. The configuration must be valid; targets need not be there.
[[nodiscard]] int serve(const CommandLine& line, std::span<const Exporter* const> exporters);

}  // namespace erp
