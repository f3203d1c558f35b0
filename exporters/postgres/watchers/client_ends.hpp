#pragma once

#include "core/base/result.hpp"
#include "core/net/sockets/unix_diag.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>

namespace erp::postgres {

/// Who holds the clients' ends of the connections to one server of this host, as the kernel lists
/// sockets of our network namespace to anybody. That a session's own client has ended says little:
/// a pooler keeps the connection for others.
struct ClientEnds {
    bool listens_tcp = false;   ///< the server is seen, so it is in our namespace
    bool listens_unix = false;  ///< as above, on a unix socket
    /// By the client's port, of connections over TCP: whether a process holds it. One that is not
    /// here is closed.
    std::map<std::uint16_t, bool> tcp;
    /// Connections over a unix socket whose other end is closed. Which sessions they are is not
    /// told to us.
    std::size_t abandoned_unix = 0;
};

/// Adds what /proc/net/tcp, or with `v6` tcp6, says of the server at `port`.
void add_tcp(std::string_view text, bool v6, std::uint16_t port, ClientEnds& ends);

/// Adds the unix sockets of the server's name.
void add_unix(std::span<const UnixSocket> sockets, ClientEnds& ends);

/// Asks the kernel, which takes about a millisecond for a thousand sockets; not for the I/O thread.
[[nodiscard]] Result<ClientEnds> look_at_client_ends(std::uint16_t port);

}  // namespace erp::postgres
