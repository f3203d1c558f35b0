#pragma once

#include "core/metrics/compression.hpp"
#include "core/metrics/exposition.hpp"

#include <string>
#include <string_view>

namespace erp {

/// The answer to a client's Accept header.
struct Representation {
    Format format = Format::text;
    std::string content_type;
};

/// By weight; the most specific entry that matches a format counts; of equals, and when nothing is
/// acceptable, the first of: text, OpenMetrics, protobuf. A known escaping scheme that is true of
/// our names is named in the answer, as the client did.
[[nodiscard]] Representation representation(std::string_view accept);

/// gzip or zstd when the client names it, of both the one with more weight and else zstd, which is
/// faster; gzip for `*`. Never unasked, nor when identity has more weight.
[[nodiscard]] Compression compression(std::string_view accept_encoding);

}  // namespace erp
