#include "exporters/postgres/watchers/client_ends.hpp"

#include "core/net/sockets/diag_client.hpp"
#include "core/net/sockets/proc_net.hpp"
#include "core/net/sockets/proc_table.hpp"

#include <string>

namespace erp::postgres {

void add_tcp(std::string_view text, bool v6, std::uint16_t port, ClientEnds& ends) {
    const auto listeners =
        parse_proc_net_tcp(text, {.v6 = v6, .port = port, .states = only(TcpState::listen)});
    ends.listens_tcp |= !listeners.empty();
    // The kernel finishes by itself what a process that is gone had open: no inode.
    for (const TcpSocket& client :
         parse_proc_net_tcp(text, {.v6 = v6, .port = port, .end = SocketEnd::remote}))
        ends.tcp[client.local.port] |= client.inode != 0;
}

void add_unix(std::span<const UnixSocket> sockets, ClientEnds& ends) {
    for (const UnixSocket& socket : sockets) {
        ends.listens_unix |= socket.listens;
        if (!socket.listens && socket.peer == 0) ++ends.abandoned_unix;
    }
}

Result<ClientEnds> look_at_client_ends(std::uint16_t port) {
    ClientEnds ends;
    std::string room;
    for (const bool v6 : {false, true}) {
        const auto text = ProcTable(v6 ? "/proc/net/tcp6" : "/proc/net/tcp").read(room);
        if (text) add_tcp(*text, v6, port, ends);
    }
    auto client = DiagClient::open();
    if (!client) return client.error();
    const auto sockets = client->list(UnixQuery{.name_end = "/.s.PGSQL." + std::to_string(port)});
    if (!sockets) return sockets.error();
    add_unix(*sockets, ends);
    return ends;
}

}  // namespace erp::postgres
