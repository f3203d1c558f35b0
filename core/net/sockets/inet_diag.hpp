#pragma once

#include "core/net/sockets/netlink_dump.hpp"
#include "core/net/sockets/tcp_socket.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

/// TCP sockets in the language of sock_diag (linux/inet_diag.h); bytes only.
namespace erp {

/// The kernel leaves out other ports by itself.
[[nodiscard]] std::vector<std::byte> diag_request(const TcpQuery& query, std::uint32_t sequence);

class TcpReply {
  public:
    /// A port with more is no server's that is watched here.
    static constexpr std::size_t kMostSockets = 65'536;

    TcpReply(const TcpQuery& query, std::uint32_t sequence) : query_(query), dump_(sequence) {}

    /// One datagram of the kernel. Whether it was the last; an error ends the reply as well.
    [[nodiscard]] Result<bool> add(NetlinkBytes datagram);
    /// See NetlinkDump.
    [[nodiscard]] bool interrupted() const { return dump_.interrupted(); }
    [[nodiscard]] std::vector<TcpSocket>& sockets() { return sockets_; }

  private:
    [[nodiscard]] Result<void> take(NetlinkBytes row);

    TcpQuery query_;
    NetlinkDump dump_;
    std::vector<TcpSocket> sockets_;
};

}  // namespace erp
