#pragma once

#include "core/net/sockets/diag_reply.hpp"
#include "core/net/sockets/tcp_socket.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// TCP sockets in the language of sock_diag (linux/inet_diag.h); bytes only.
namespace erp {

/// The kernel leaves out other ports by itself.
[[nodiscard]] std::vector<std::byte> diag_request(const TcpQuery& query, std::uint32_t sequence);

/// Nothing: a socket that was not asked for.
[[nodiscard]] Result<std::optional<TcpSocket>> read_row(NetlinkBytes row, const TcpQuery& query);

using TcpReply = DiagReply<TcpQuery>;

}  // namespace erp
