#include "exporters/traefik/log/line_parser.hpp"

namespace erp::traefik {
namespace {

/// The end of a damaged JSON line is JSON too, and a poor one.
LogFormat looks_of(std::string_view line) {
    if (line.starts_with('{') || line.ends_with('}')) return LogFormat::json;
    return line.ends_with("ms") ? LogFormat::common : LogFormat::generic;
}

}  // namespace

std::optional<LogFormat> to_log_format(std::string_view word) {
    if (word == "detect") return LogFormat::detect;
    if (word == "json") return LogFormat::json;
    if (word == "common") return LogFormat::common;
    if (word == "genericCLF") return LogFormat::generic;
    return std::nullopt;
}

ParseReason LineParser::parse(std::string_view line, Entry& entry) {
    const LogFormat looks = looks_of(line);
    ParseReason reason = ParseReason::none;
    if (looks == LogFormat::json) {
        reason = json_.parse(line, entry);
    } else {
        reason = looks == LogFormat::common ? clf_.parse_common(line, entry)
                                            : clf_.parse_generic(line, entry);
        if (reason == ParseReason::clf_shape && !begins_like_clf(line))
            reason = ParseReason::not_an_entry;
    }
    if (reason != ParseReason::none) return reason;
    entry.format = looks;
    if (entry.generation == Generation::unknown) {
        entry.generation = generation_;
    } else {
        generation_ = entry.generation;
    }
    const bool expected = format_ == LogFormat::detect || format_ == looks;
    return expected ? ParseReason::none : ParseReason::other_format;
}

}  // namespace erp::traefik
