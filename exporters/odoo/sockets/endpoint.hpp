#pragma once

#include "core/net/sockets/tcp_socket.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace erp::odoo {

/// Where an Odoo listens. Without an address every listener of the port is its own; several Odoo on
/// one port, on addresses of their own, need it. A wildcard (0.0.0.0, ::) means the listener of any
/// address, without what a listener of a single address takes away from it.
struct Endpoint {
    std::optional<IpAddress> ip;
    std::uint16_t port = 0;
    bool operator==(const Endpoint&) const = default;
};

/// The sockets of one endpoint. Those of several listeners (SO_REUSEPORT) are added up; masters
/// that share one socket, as Odoo 19 does when it reloads, show one.
struct EndpointSockets {
    std::vector<std::uint32_t> backlogs;  ///< of each listener; 0: not known
    std::uint32_t queue_length = 0;       ///< connections that nobody has accepted
    /// Of each listener that tells: TcpSocket::discarded by TcpSocket::id.
    std::map<std::uint64_t, std::uint32_t> discarded;
    std::vector<TcpSocket> connections;  ///< established or in CLOSE_WAIT

    [[nodiscard]] bool listening() const { return !backlogs.empty(); }
};

/// Connections count also when their listener is gone: a worker ends its last request after that.
[[nodiscard]] EndpointSockets sockets_of(const Endpoint& endpoint, std::span<const TcpSocket> rows);

}  // namespace erp::odoo
