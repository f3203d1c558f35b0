#include "exporters/traefik/log/parse_reason.hpp"

#include <array>

namespace erp::traefik {

std::string_view to_string(ParseReason reason) {
    static constexpr std::array<std::string_view, kParseReasons> kWords = {
        "none",       "not_an_entry", "other_format", "not_json",       "truncated", "not_utf8",
        "wrong_type", "out_of_range", "bad_time",     "missing_status", "clf_shape", "ambiguous"};
    return kWords.at(static_cast<std::size_t>(reason));
}

}  // namespace erp::traefik
