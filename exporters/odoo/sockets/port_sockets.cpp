#include "exporters/odoo/sockets/port_sockets.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace erp::odoo {
namespace {

/// A family in which nothing was found is looked at whole again after as many looks: sock_diag
/// finds a new listener without that.
constexpr std::uint32_t kEmptyDumps = 40;
constexpr std::uint32_t kEmptyReads = 4;
/// Two seconds.
constexpr std::uint32_t kQuietLooks = 8;

constexpr TcpStates kListeners = only(TcpState::listen);
constexpr TcpStates kWithConnections =
    kListeners | only(TcpState::established) | only(TcpState::close_wait);

bool is_waiting(const TcpSocket& socket) {
    return socket.state != TcpState::listen && socket.inode == 0;
}

}  // namespace

Result<std::vector<TcpSocket>> sockets_of_port(SocketTables& tables, std::uint16_t port) {
    std::vector<TcpSocket> all;
    for (const bool v6 : {false, true}) {
        auto found = tables.list({.v6 = v6, .port = port, .states = kWithConnections});
        if (!found) return found;
        all.insert(all.end(), found->begin(), found->end());
    }
    return all;
}

PortSockets::PortSockets(std::uint16_t port) : port_(port), quiet_(kQuietLooks) {}

Result<std::vector<TcpSocket>> PortSockets::look(SocketTables& tables) {
    const bool diag = tables.way() == SocketWay::sock_diag;
    // Before the connections: what happens meanwhile is seen at the next look.
    const auto before = diag ? tables.segments() : std::nullopt;
    const bool quiet = quiet_.goes_on(before);
    bool known = true;
    std::vector<TcpSocket> all;
    for (const bool v6 : {false, true}) {
        Family& family = families_[v6 ? 1 : 0];
        // Listeners alone cost sock_diag next to nothing; /proc cannot tell them apart.
        const bool everything = !quiet && family.empty % (diag ? kEmptyDumps : kEmptyReads) == 0;
        if (!diag && !everything) {
            ++family.empty;
            continue;
        }
        auto found = tables.list({.v6 = v6,
                                  .port = port_,
                                  .states = everything ? kWithConnections : kListeners,
                                  .ages = true,
                                  .discarded = true});
        if (!found) return found;
        all.insert(all.end(), found->begin(), found->end());
        if (!found->empty()) family.empty = 0;
        if (quiet) {
            all.insert(all.end(), family.connections.begin(), family.connections.end());
            continue;
        }
        if (found->empty()) ++family.empty;
        known = known && (everything || found->empty());
        std::erase_if(*found,
                      [](const TcpSocket& socket) { return socket.state == TcpState::listen; });
        family.connections = std::move(*found);
    }
    if (!quiet) quiet_.begin(known ? before : std::nullopt, std::ranges::any_of(all, is_waiting));
    return all;
}

}  // namespace erp::odoo
