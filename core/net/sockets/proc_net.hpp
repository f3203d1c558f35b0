#pragma once

#include "core/net/sockets/tcp_socket.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// The kernel's tables as text; pure.
namespace erp {

/// The sockets that are asked for in the text of /proc/net/tcp, or of an IPv6 query of
/// /proc/net/tcp6 (proc(5)). Lines that do not have the format are left out: the first one names
/// the columns, and the last may be cut off.
[[nodiscard]] std::vector<TcpSocket> parse_proc_net_tcp(std::string_view text,
                                                        const TcpQuery& query);

/// Connections that a whole network namespace refused, since it exists.
struct ListenFailures {
    std::uint64_t overflows = 0;  ///< the accept queue was full
    std::uint64_t drops = 0;      ///< those, and others that got no memory, no route, ...
    bool operator==(const ListenFailures&) const = default;
};

/// TcpExt of /proc/net/netstat; nothing where it is not there.
[[nodiscard]] std::optional<ListenFailures> parse_netstat(std::string_view text);

/// TCP segments of a whole network namespace, since it exists.
struct TcpSegments {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    bool operator==(const TcpSegments&) const = default;
};

/// Tcp of /proc/net/snmp; nothing where it is not there.
[[nodiscard]] std::optional<TcpSegments> parse_snmp(std::string_view text);

}  // namespace erp
