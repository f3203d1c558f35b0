#include "core/net/sockets/inet_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

namespace erp {
namespace {

/// Addresses and ports come in network byte order.
SocketAddress address(const __be32 (&words)[4], __be16 port, bool v6) {
    SocketAddress address;
    if (v6) {
        std::memcpy(address.ip.data(), words, address.ip.size());
    } else {
        address.ip = kMappedPrefix;
        std::memcpy(address.ip.data() + 12, words, 4);
    }
    address.port = ntohs(port);
    return address;
}

/// The number at that place of an attribute.
std::optional<std::uint32_t> number_in(NetlinkBytes row, std::uint16_t type, std::size_t at) {
    NetlinkAttributes attributes(row.subspan(netlink_next(sizeof(inet_diag_msg), row.size())));
    while (const auto attribute = attributes.next()) {
        if (attribute->type != type) continue;
        if (attribute->value.size() < at + sizeof(std::uint32_t)) break;
        return netlink_value<std::uint32_t>(attribute->value.subspan(at));
    }
    return std::nullopt;
}

std::optional<TcpSocket> to_socket(NetlinkBytes row, const TcpQuery& query) {
    const auto message = netlink_value<inet_diag_msg>(row);
    const bool v6 = message.idiag_family == AF_INET6;
    if (!v6 && message.idiag_family != AF_INET) return std::nullopt;
    if (message.idiag_state > static_cast<unsigned>(TcpState::closing)) return std::nullopt;
    const auto state = static_cast<TcpState>(message.idiag_state);
    if ((only(state) & query.states) == 0) return std::nullopt;
    TcpSocket socket;
    socket.id = std::uint64_t{message.id.idiag_cookie[1]} << 32U | message.id.idiag_cookie[0];
    socket.state = state;
    socket.v6 = v6;
    socket.local = address(message.id.idiag_src, message.id.idiag_sport, v6);
    socket.remote = address(message.id.idiag_dst, message.id.idiag_dport, v6);
    socket.inode = message.idiag_inode;
    socket.uid = message.idiag_uid;
    socket.receive_queue = message.idiag_rqueue;
    socket.send_queue = message.idiag_wqueue;
    if (state == TcpState::listen) {
        socket.discarded =
            number_in(row, INET_DIAG_SKMEMINFO, SK_MEMINFO_DROPS * sizeof(std::uint32_t));
    } else {
        socket.last_received_ms =
            number_in(row, INET_DIAG_INFO, offsetof(tcp_info, tcpi_last_data_recv));
    }
    const SocketAddress& end = query.end == SocketEnd::local ? socket.local : socket.remote;
    if (end.port != query.port) return std::nullopt;
    return socket;
}

}  // namespace

Result<std::optional<TcpSocket>> read_row(NetlinkBytes row, const TcpQuery& query) {
    if (row.size() < sizeof(inet_diag_msg)) return malformed_netlink("a short row");
    return to_socket(row, query);
}

std::vector<std::byte> diag_request(const TcpQuery& query, std::uint32_t sequence) {
    inet_diag_req_v2 request{};
    request.sdiag_family = query.v6 ? AF_INET6 : AF_INET;
    request.sdiag_protocol = IPPROTO_TCP;
    if (query.ages) request.idiag_ext |= 1U << (INET_DIAG_INFO - 1U);
    if (query.discarded) request.idiag_ext |= 1U << (INET_DIAG_SKMEMINFO - 1U);
    request.idiag_states = query.states;
    // A dump compares ports by itself, since Linux 2.6 and without any bytecode.
    (query.end == SocketEnd::local ? request.id.idiag_sport : request.id.idiag_dport) =
        htons(query.port);
    return netlink_dump_request(std::as_bytes(std::span(&request, 1)), sequence);
}

}  // namespace erp
