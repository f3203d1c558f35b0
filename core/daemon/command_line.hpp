#pragma once

#include "core/base/log.hpp"

#include <string>
#include <variant>
#include <vector>

namespace erp {

/// What the command line asks for.
struct CommandLine {
    enum class Command { serve, check, discover, metrics, options };
    Command command = Command::serve;
    std::string config_file;
    std::vector<std::string> listen;  ///< replaces `listen` of the file when not empty
    LogLevel log_level = LogLevel::info;
    LogFormat log_format = LogFormat::logfmt;
    std::string state_directory;  ///< where log readers keep their place; empty: none
};

/// There is nothing more to do: text for standard output (status 0) or standard error (status 2).
struct CommandLineEnd {
    int status = 0;
    std::string text;
};

[[nodiscard]] std::variant<CommandLine, CommandLineEnd> parse_command_line(int argc,
                                                                           const char* const* argv);

}  // namespace erp
