#pragma once

#include "core/base/result.hpp"

#include <string>
#include <vector>

namespace erp::postgres {

/// Where a server listens: `host:port`, `[v6]:port`, or a socket folder with an optional `:port`.
struct Address {
    std::string host;  ///< name, numeric address, or the folder of a socket
    std::string port = "5432";
    bool is_socket = false;
};

/// Phase resolve on a text that has none of these forms.
[[nodiscard]] Result<Address> parse_address(const std::string& text);

/// `text` with its port, as the peers name a server; a text that is no address as it is.
[[nodiscard]] std::string shown_address(const std::string& text);

/// The numeric addresses of a host name, in the system's order, at most four; blocks in the
/// system's resolver, so call it on a worker.
[[nodiscard]] Result<std::vector<std::string>> resolve(const Address& address);

}  // namespace erp::postgres
