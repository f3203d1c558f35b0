#include "core/net/sockets/unix_diag.hpp"

#include "core/net/sockets/tcp_socket.hpp"

#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include <string_view>

namespace erp {

std::vector<std::byte> diag_request(const UnixQuery& /*query*/, std::uint32_t sequence) {
    unix_diag_req request{};
    request.sdiag_family = AF_UNIX;
    request.udiag_states = only(TcpState::established) | only(TcpState::listen);
    request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER;
    return netlink_dump_request(std::as_bytes(std::span(&request, 1)), sequence);
}

Result<std::optional<UnixSocket>> read_row(NetlinkBytes row, const UnixQuery& query) {
    if (row.size() < sizeof(unix_diag_msg)) return malformed_netlink("a short row");
    UnixSocket socket;
    std::string_view name;
    const auto message = netlink_value<unix_diag_msg>(row);
    socket.listens = message.udiag_state == static_cast<std::uint8_t>(TcpState::listen);
    NetlinkAttributes attributes(row.subspan(netlink_next(sizeof message, row.size())));
    while (const auto attribute = attributes.next()) {
        const NetlinkBytes value = attribute->value;
        if (attribute->type == UNIX_DIAG_NAME) {
            name = {reinterpret_cast<const char*>(value.data()), value.size()};
            if (name.ends_with('\0')) name.remove_suffix(1);
        } else if (attribute->type == UNIX_DIAG_PEER && value.size() >= sizeof socket.peer) {
            socket.peer = netlink_value<std::uint32_t>(value);
        }
    }
    if (!name.ends_with(query.name_end)) return std::optional<UnixSocket>();
    return std::optional(socket);
}

}  // namespace erp
