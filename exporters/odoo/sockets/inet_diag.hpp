#pragma once

#include "core/base/result.hpp"
#include "exporters/odoo/sockets/socket_row.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// The language of NETLINK_SOCK_DIAG (sock_diag(7)); bytes only, no sockets.
namespace erp::odoo {

/// What the kernel is asked to list: the sockets of one family with this local port.
struct DiagRequest {
    bool v6 = false;
    std::uint16_t port = 0;
    bool connections = true;  ///< beside listeners those that are established or in CLOSE_WAIT
    bool ages = true;         ///< SocketRow::last_received_ms, which costs a quarter more
};

/// A dump request. The kernel leaves out other ports by itself.
[[nodiscard]] std::vector<std::byte> diag_request(const DiagRequest& request,
                                                  std::uint32_t sequence);

/// The reply to one request, which comes in several datagrams. Pure: bytes in, rows out.
class DiagReply {
  public:
    /// A port with more is no Odoo's.
    static constexpr std::size_t kMostRows = 65'536;

    DiagReply(std::uint32_t sequence, std::uint16_t port) : sequence_(sequence), port_(port) {}

    /// One datagram of the kernel. Whether it was the last; an error ends the reply as well.
    [[nodiscard]] Result<bool> add(std::span<const std::byte> datagram);
    /// The kernel says that its tables changed in a way that may have left rows out.
    [[nodiscard]] bool interrupted() const { return interrupted_; }
    [[nodiscard]] std::vector<SocketRow>& rows() { return rows_; }

  private:
    std::uint32_t sequence_;
    std::uint16_t port_;
    bool interrupted_ = false;
    std::vector<SocketRow> rows_;
};

}  // namespace erp::odoo
