#include "core/net/sockets/proc_net.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <string_view>
#include <vector>

namespace {

using namespace erp;

std::vector<TcpSocket> tcp(std::string_view text, const TcpQuery& query) {
    auto sockets = parse_proc_net_tcp(text, query);
    for (const TcpSocket& socket : sockets) {
        const bool local = query.end == SocketEnd::local;
        ERP_HOLDS(socket.v6 == query.v6);
        ERP_HOLDS((local ? socket.local : socket.remote).port == query.port);
        ERP_HOLDS((only(socket.state) & query.states) != 0);
    }
    return sockets;
}

}  // namespace

// The kernel's tables as text: /proc/net/tcp, tcp6, netstat and snmp.
ERP_FUZZ(text) {
    const std::string_view half = text.substr(0, text.size() / 2);
    for (const bool v6 : {false, true}) {
        for (const SocketEnd end : {SocketEnd::local, SocketEnd::remote}) {
            const TcpQuery query{.v6 = v6, .port = 8069, .end = end};
            const auto sockets = tcp(text, query);
            // A last line that is cut off may still be whole in what is asked for.
            ERP_HOLDS(tcp(half, query).size() <= sockets.size() + 1);
            TcpQuery listeners = query;
            listeners.states = only(TcpState::listen);
            ERP_HOLDS(tcp(text, listeners).size() <= sockets.size());
        }
    }
    (void)parse_netstat(text);
    (void)parse_snmp(text);
}
