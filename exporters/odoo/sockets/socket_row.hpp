#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>

namespace erp::odoo {

/// An IP address in 16 bytes; one of version 4 as its mapped form ::ffff:a.b.c.d, which is also how
/// the kernel writes the peers of a socket that takes both.
using IpAddress = std::array<std::uint8_t, 16>;

inline constexpr IpAddress kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// :: or 0.0.0.0: any address of the host.
[[nodiscard]] constexpr bool is_wildcard(const IpAddress& ip) {
    return ip == IpAddress{} || ip == kMappedPrefix;
}

struct SocketAddress {
    IpAddress ip{};
    std::uint16_t port = 0;
    bool operator==(const SocketAddress&) const = default;
    bool operator<(const SocketAddress& other) const {
        return std::tie(ip, port) < std::tie(other.ip, other.port);
    }
};

/// The states that are looked at, by the kernel's numbers (include/net/tcp_states.h).
enum class TcpState : std::uint8_t { established = 1, close_wait = 8, listen = 10 };

/// One TCP socket as the kernel shows it, by sock_diag or in /proc/net/tcp.
struct SocketRow {
    /// sock_diag's cookie: no other socket since boot has it. 0: not known.
    std::uint64_t id = 0;
    TcpState state = TcpState::established;
    bool v6 = false;  ///< an AF_INET6 socket, which may have mapped addresses
    SocketAddress local;
    SocketAddress remote;
    /// 0: no process has it yet, it waits in the accept queue.
    std::uint64_t inode = 0;
    std::uint32_t uid = 0;
    /// Unread bytes; of a listener the length of its accept queue.
    std::uint32_t receive_queue = 0;
    /// Unsent bytes; of a listener its backlog, which /proc/net/tcp does not tell (0).
    std::uint32_t send_queue = 0;
    /// Since data last came from the client, or since the connection was made; a final FIN does not
    /// count. Not of listeners, and not in /proc/net/tcp.
    std::optional<std::uint32_t> last_received_ms;
    bool operator==(const SocketRow&) const = default;
};

}  // namespace erp::odoo
