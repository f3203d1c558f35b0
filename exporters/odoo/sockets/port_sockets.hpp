#pragma once

#include "core/net/sockets/socket_tables.hpp"
#include "exporters/odoo/sockets/quiet_spell.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace erp::odoo {

/// Connections of this port that are established or in CLOSE_WAIT, and its listeners, of both
/// families; without ages, for a port with many connections that is rarely looked at.
[[nodiscard]] Result<std::vector<TcpSocket>> sockets_of_port(SocketTables& tables,
                                                             std::uint16_t port);

/// The same with ages and what was discarded, of a port that is looked at again and again, which
/// costs the kernel little while nothing happens there. For one SocketTables.
class PortSockets {
  public:
    explicit PortSockets(std::uint16_t port);

    [[nodiscard]] Result<std::vector<TcpSocket>> look(SocketTables& tables);

  private:
    struct Family {
        /// How often in a row nobody listened and nothing was connected: connections, which cost
        /// the kernel a walk through its whole table, are then not looked for at each look.
        std::uint32_t empty = 0;
        std::vector<TcpSocket> connections;  ///< at the last look at them
    };

    std::uint16_t port_;
    std::array<Family, 2> families_;  ///< IPv4, IPv6
    QuietSpell quiet_;
};

}  // namespace erp::odoo
