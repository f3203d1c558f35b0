#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace erp {

/// An IP address in 16 bytes; one of version 4 as its mapped form ::ffff:a.b.c.d, which is also how
/// the kernel writes the peers of a socket that takes both.
using IpAddress = std::array<std::uint8_t, 16>;

inline constexpr IpAddress kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// "127.0.0.14", "::1", "0.0.0.0"; nothing of anything else.
[[nodiscard]] std::optional<IpAddress> to_ip_address(std::string_view text);

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

/// By the kernel's numbers (include/net/tcp_states.h). Of unix sockets it uses two of them.
enum class TcpState : std::uint8_t {
    established = 1,
    syn_sent,
    syn_recv,
    fin_wait1,
    fin_wait2,
    time_wait,
    close,
    close_wait,
    last_ack,
    listen,
    closing,
};

/// A set of states as the kernel takes it: bit n is state n.
using TcpStates = std::uint32_t;
[[nodiscard]] constexpr TcpStates only(TcpState state) {
    return 1U << static_cast<unsigned>(state);
}
inline constexpr TcpStates kEveryTcpState =
    (only(TcpState::closing) << 1U) - only(TcpState::established);

/// One TCP socket as the kernel shows it, by sock_diag or in /proc/net/tcp.
struct TcpSocket {
    /// sock_diag's cookie: no other socket since boot has it. 0: not known.
    std::uint64_t id = 0;
    TcpState state = TcpState::established;
    bool v6 = false;  ///< an AF_INET6 socket, which may have mapped addresses
    SocketAddress local;
    SocketAddress remote;
    /// 0: no process has it: it waits in the accept queue, or the kernel finishes it by itself.
    std::uint64_t inode = 0;
    std::uint32_t uid = 0;
    /// Unread bytes; of a listener the length of its accept queue.
    std::uint32_t receive_queue = 0;
    /// Unsent bytes; of a listener its backlog, which /proc/net/tcp does not tell (0).
    std::uint32_t send_queue = 0;
    /// Since data last came from the client, or since the connection was made; a final FIN does not
    /// count. Not of listeners, and not in /proc/net/tcp.
    std::optional<std::uint32_t> last_received_ms;
    /// Of a listener: segments discarded at it since it began to listen. Connections that met a
    /// full accept queue are among them, each attempt anew, and also resets and what is no
    /// connection. Not in /proc/net/tcp.
    std::optional<std::uint32_t> discarded;
    bool operator==(const TcpSocket&) const = default;
};

enum class SocketEnd : std::uint8_t { local, remote };

/// Which TCP sockets are listed: those of one family with this port at one of their ends.
struct TcpQuery {
    using Socket = TcpSocket;
    static constexpr const char* kOf = "on one port";

    bool v6 = false;
    std::uint16_t port = 0;
    SocketEnd end = SocketEnd::local;  ///< that has the port
    TcpStates states = kEveryTcpState;
    bool ages = false;       ///< TcpSocket::last_received_ms, which costs sock_diag a quarter more
    bool discarded = false;  ///< TcpSocket::discarded
};

}  // namespace erp
