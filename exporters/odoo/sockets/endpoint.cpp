#include "exporters/odoo/sockets/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

namespace erp::odoo {

std::optional<IpAddress> to_ip_address(std::string_view text) {
    const std::string copy(text);  // with a NUL
    IpAddress ip{};
    if (::inet_pton(AF_INET6, copy.c_str(), ip.data()) == 1) return ip;
    ip = kMappedPrefix;
    if (::inet_pton(AF_INET, copy.c_str(), ip.data() + 12) == 1) return ip;
    return std::nullopt;
}

EndpointSockets sockets_of(const Endpoint& endpoint, std::span<const SocketRow> rows) {
    const bool any = endpoint.ip && is_wildcard(*endpoint.ip);
    // The kernel gives a connection to the listener of its very address first.
    std::vector<IpAddress> taken;
    for (const SocketRow& row : rows) {
        if (any && row.state == TcpState::listen && !is_wildcard(row.local.ip))
            taken.push_back(row.local.ip);
    }
    const auto is_ours = [&](const SocketRow& row) {
        if (row.local.port != endpoint.port) return false;
        if (!endpoint.ip) return true;
        if (!any) return row.local.ip == *endpoint.ip;
        return std::ranges::find(taken, row.local.ip) == taken.end();
    };
    EndpointSockets found;
    for (const SocketRow& row : rows) {
        if (!is_ours(row)) continue;
        if (row.state == TcpState::listen) {
            found.backlogs.push_back(row.send_queue);
            found.queue_length += row.receive_queue;
        } else {
            found.connections.push_back(row);
        }
    }
    return found;
}

}  // namespace erp::odoo
