#include "core/net/sockets/inet_diag.hpp"
#include "core/net/sockets/unix_diag.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace {

using namespace erp;

constexpr std::uint32_t kSequence = 7;
constexpr TcpStates kStates = only(TcpState::listen) | only(TcpState::close_wait);
/// A row is a message with its header and more.
constexpr std::size_t kShortestRow = 32;

void tcp(std::string_view bytes, const TcpQuery& query) {
    TcpReply reply(query, kSequence);
    const auto last = reply.add(std::as_bytes(std::span(bytes)));
    ERP_HOLDS(last || !last.error().text.empty());
    ERP_HOLDS(reply.sockets().size() <= bytes.size() / kShortestRow);
    for (const TcpSocket& socket : reply.sockets()) {
        const bool local = query.end == SocketEnd::local;
        ERP_HOLDS((local ? socket.local : socket.remote).port == query.port);
        ERP_HOLDS((only(socket.state) & query.states) != 0);
        ERP_HOLDS(socket.state != TcpState::listen || !socket.last_received_ms);
    }
}

}  // namespace

// Replies of sock_diag about TCP and unix sockets, in one datagram and in two.
ERP_FUZZ(bytes) {
    for (const SocketEnd end : {SocketEnd::local, SocketEnd::remote}) {
        tcp(bytes, {.port = 8069, .end = end});
        tcp(bytes, {.port = 8069, .end = end, .states = kStates});
    }
    UnixReply named({"5432"}, kSequence);
    UnixReply all({""}, kSequence);
    const std::string_view half = bytes.substr(0, bytes.size() / 2);
    for (const std::string_view datagram : {bytes, half}) {
        const auto last = named.add(std::as_bytes(std::span(datagram)));
        const auto last_of_all = all.add(std::as_bytes(std::span(datagram)));
        ERP_HOLDS(last.has_value() == last_of_all.has_value());
    }
    ERP_HOLDS(named.sockets().size() <= all.sockets().size());
    ERP_HOLDS(all.sockets().size() <= 2 * bytes.size() / kShortestRow);
}
