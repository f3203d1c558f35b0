#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace erp {

/// The decoded parameters of one request, in their order; a key may occur several times
/// (`collect[]=a&collect[]=b`). Keys and values are valid UTF-8 without NUL.
class Query {
  public:
    using Parameter = std::pair<std::string, std::string>;

    Query() = default;
    explicit Query(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {}

    /// Value of the first parameter of that name. Views live as long as the query.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const;
    [[nodiscard]] std::vector<std::string_view> all(std::string_view key) const;
    [[nodiscard]] std::span<const Parameter> parameters() const { return parameters_; }

  private:
    std::vector<Parameter> parameters_;
};

/// What stands between the method and the version in a request line, decoded.
struct RequestTarget {
    std::string path;  ///< starts with '/'
    Query query;
};

inline constexpr std::size_t kLongestTarget = 8192;  ///< bytes, as received
inline constexpr std::size_t kMostParameters = 64;

/// Reads origin form (`/metrics?a=b`) and absolute form (`http://host/metrics`, RFC 9112 3.2.2,
/// whose host is ignored). Errors, all of them the client's: phase protocol for broken escapes,
/// NUL, invalid UTF-8 and other forms; phase limit for what is too long or too many. Their text
/// holds nothing of the request.
[[nodiscard]] Result<RequestTarget> parse_target(std::string_view target);

/// The reverse for one value inside a query or a path: everything but RFC 3986's unreserved
/// characters becomes %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace erp
