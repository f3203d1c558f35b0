#pragma once

#include <string>
#include <string_view>

namespace erp::tail {

/// One line of docker's json-file driver.
struct DockerLine {
    std::string_view stream;  ///< into the line
    std::string_view time;    ///< into the line
};

/// Reads a flat JSON object; other members (`attrs`) are passed over. The text of `log` goes to
/// `log`, its escapes resolved. False: not such an object, or without log and stream. Pure.
[[nodiscard]] bool read_docker_line(std::string_view line, std::string& log, DockerLine& rest);

}  // namespace erp::tail
