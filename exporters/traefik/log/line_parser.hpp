#pragma once

#include "exporters/traefik/log/clf_line.hpp"
#include "exporters/traefik/log/json_line.hpp"

#include <optional>
#include <string_view>

namespace erp::traefik {

/// As Traefik's configuration spells them, and "detect".
[[nodiscard]] std::optional<LogFormat> to_log_format(std::string_view word);

/// Any line of a file, or of the standard output, that Traefik writes its access log to. A line is
/// read by its looks, whatever the configured format, and judged by that afterwards: so an entry of
/// another format is told from Traefik's own log. For one thread.
class LineParser {
  public:
    explicit LineParser(LogFormat format,
                        std::string_view tenant_header = {},
                        ClfQuotes quotes = ClfQuotes::unknown)
        : format_(format), json_(tenant_header), clf_(quotes) {}

    /// Sets what the API, or an earlier entry, says of the running Traefik.
    void set_generation(Generation generation) { generation_ = generation; }

    /// The line has 64 readable bytes behind it (LineSplitter::kPadding). `entry` is overwritten,
    /// and is of use after `none` only. An entry that does not show its generation gets that of
    /// the last one which did.
    [[nodiscard]] ParseReason parse(std::string_view line, Entry& entry);

  private:
    LogFormat format_;
    JsonLine json_;
    ClfLine clf_;
    Generation generation_ = Generation::unknown;
};

}  // namespace erp::traefik
