#pragma once

#include <compare>
#include <string>

namespace erp {

/// A database that exists on a target.
struct Database {
    std::string name = {};  ///< as series show it: a valid label value
    /// The server's own or a template, so no customer's: it becomes a tenant only by an exact rule.
    bool internal = false;
    auto operator<=>(const Database&) const = default;
};

}  // namespace erp
