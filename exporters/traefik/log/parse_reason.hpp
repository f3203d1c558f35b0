#pragma once

#include <cstddef>
#include <string_view>

namespace erp::traefik {

/// What a line turned out to be: label `reason` of what could not be read.
enum class ParseReason {
    none,            ///< an entry of the access log
    not_an_entry,    ///< Traefik's own log, which shares its standard output: no error
    other_format,    ///< an entry, in another format than the configuration says
    not_json,        ///< begins like JSON and is not one object
    truncated,       ///< JSON that ends too early
    not_utf8,        ///< JSON must be UTF-8
    wrong_type,      ///< a field holds a value of another type, for example text for a number
    out_of_range,    ///< a number that the field cannot have
    bad_time,        ///< a start that is no date
    missing_status,  ///< an entry without DownstreamStatus: the configuration drops it
    clf_shape,       ///< begins like CLF and goes on in another way
    ambiguous,       ///< CLF that holds two requests, one of them a client's text: see ClfQuotes
};
inline constexpr std::size_t kParseReasons = 12;
[[nodiscard]] std::string_view to_string(ParseReason reason);

}  // namespace erp::traefik
