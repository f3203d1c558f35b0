#include "exporters/odoo/sockets/endpoint.hpp"

#include <algorithm>

namespace erp::odoo {

EndpointSockets sockets_of(const Endpoint& endpoint, std::span<const TcpSocket> rows) {
    const bool any = endpoint.ip && is_wildcard(*endpoint.ip);
    // The kernel gives a connection to the listener of its very address first.
    std::vector<IpAddress> taken;
    for (const TcpSocket& row : rows) {
        if (any && row.state == TcpState::listen && !is_wildcard(row.local.ip))
            taken.push_back(row.local.ip);
    }
    const auto is_ours = [&](const TcpSocket& row) {
        if (row.local.port != endpoint.port) return false;
        if (!endpoint.ip) return true;
        if (!any) return row.local.ip == *endpoint.ip;
        return std::ranges::find(taken, row.local.ip) == taken.end();
    };
    EndpointSockets found;
    for (const TcpSocket& row : rows) {
        if (!is_ours(row)) continue;
        if (row.state == TcpState::listen) {
            found.backlogs.push_back(row.send_queue);
            found.queue_length += row.receive_queue;
            if (row.discarded) found.discarded[row.id] = *row.discarded;
        } else {
            found.connections.push_back(row);
        }
    }
    return found;
}

}  // namespace erp::odoo
