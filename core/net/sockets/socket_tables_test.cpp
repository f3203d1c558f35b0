#include "core/net/sockets/socket_tables.hpp"

#include "core/base/descriptor.hpp"

#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace erp {
namespace {

/// A listener on loopback and one connection to it, which nobody has accepted.
class Pair {
  public:
    Pair()
        : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
          client_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* address = reinterpret_cast<sockaddr*>(&at);
        REQUIRE(::bind(listener_.get(), address, size) == 0);
        REQUIRE(::listen(listener_.get(), 5) == 0);
        REQUIRE(::getsockname(listener_.get(), address, &size) == 0);
        REQUIRE(::connect(client_.get(), address, size) == 0);
        port_ = ntohs(at.sin_port);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    Descriptor listener_;
    Descriptor client_;
    std::uint16_t port_ = 0;
};

/// What both ways show.
std::vector<TcpSocket> comparable(std::vector<TcpSocket> sockets) {
    for (TcpSocket& socket : sockets) {
        socket.id = 0;
        socket.last_received_ms.reset();
        if (socket.state == TcpState::listen) socket.send_queue = 0;
    }
    std::ranges::sort(sockets, {}, [](const TcpSocket& s) {
        return std::tuple(s.local.port, s.state, s.remote.port);
    });
    return sockets;
}

TEST_CASE("socket tables: sock_diag and /proc show the same sockets of one's own namespace",
          "[net][sockets]") {
    const Pair pair;
    auto tables = SocketTables::open({});
    REQUIRE(tables.has_value());
    CHECK((*tables)->way() == SocketWay::sock_diag);
    CHECK((*tables)->is_current());
    CHECK((*tables)->most_backlog());
    CHECK((*tables)->segments());
    CHECK((*tables)->listen_failures());
    std::string room;
    for (const SocketEnd end : {SocketEnd::local, SocketEnd::remote}) {
        const TcpQuery query{.port = pair.port(), .end = end, .ages = true};
        const auto shown = (*tables)->list(query);
        REQUIRE(shown.has_value());
        REQUIRE(shown->size() == (end == SocketEnd::local ? 2 : 1));
        for (const TcpSocket& socket : *shown) {
            CHECK(socket.id != 0);
            CHECK(socket.last_received_ms.has_value() == (socket.state != TcpState::listen));
        }
        const auto text = ProcTable("/proc/net/tcp").read(room);
        REQUIRE(text);
        CHECK(comparable(parse_proc_net_tcp(*text, query)) == comparable(*shown));
    }
    const auto listeners = (*tables)->list({.port = pair.port(), .states = only(TcpState::listen)});
    REQUIRE(listeners.has_value());
    REQUIRE(listeners->size() == 1);
    CHECK(listeners->front().send_queue == 5);
    CHECK(listeners->front().receive_queue == 1);
    CHECK((*tables)->list({.v6 = true, .port = pair.port()})->empty());
}

TEST_CASE("socket tables: one's own namespace by the path of a process", "[net][sockets]") {
    const Pair pair;
    auto tables = SocketTables::open("/proc/" + std::to_string(::getpid()) + "/ns/net");
    REQUIRE(tables.has_value());
    CHECK((*tables)->is_current());
    CHECK((*tables)->list({.port = pair.port()})->size() == 2);
    CHECK(SocketTables::open("/no/such/namespace").error().phase == Phase::refused);
}

TEST_CASE("proc table: one that is not there cannot be read", "[net][sockets]") {
    const ProcTable none("/proc/net/no_such_table");
    CHECK_FALSE(none.is_open());
    std::string room;
    CHECK(none.read(room).error().phase == Phase::connect);
}

}  // namespace
}  // namespace erp
