#include "core/net/sockets/proc_net.hpp"

#include "core/base/file_text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace erp {
namespace {

constexpr TcpStates kStates =
    only(TcpState::listen) | only(TcpState::established) | only(TcpState::close_wait);
constexpr TcpQuery kQuery{.port = 8069, .states = kStates};
constexpr TcpQuery kQuery6{.v6 = true, .port = 8069, .states = kStates};

struct Picture {
    std::ptrdiff_t busy, waiting, abandoned;
    std::uint32_t queue;
    bool operator==(const Picture&) const = default;
};

Picture picture(const std::vector<TcpSocket>& rows) {
    const auto count = [&](TcpState state, bool accepted) {
        return std::ranges::count_if(rows, [&](const TcpSocket& r) {
            return r.state == state && (r.inode != 0) == accepted;
        });
    };
    const auto listener = std::ranges::find(rows, TcpState::listen, &TcpSocket::state);
    REQUIRE(listener != rows.end());
    return {count(TcpState::established, true), count(TcpState::established, false),
            count(TcpState::close_wait, false), listener->receive_queue};
}

TEST_CASE("/proc/net/tcp shows what sock_diag shows, without ages and backlogs", "[net][sockets]") {
    const auto rows = parse_proc_net_tcp(file_text("sockets/testdata/linux-6.18/tcp"), kQuery);
    CHECK(picture(rows) == Picture{3, 2, 1, 3});
    const auto rows6 = parse_proc_net_tcp(file_text("sockets/testdata/linux-6.18/tcp6"), kQuery6);
    REQUIRE(rows6.size() == 3);
    CHECK(picture(rows6) == Picture{1, 1, 0, 1});
    for (const TcpSocket& row : rows6) {
        CHECK(row.v6);
        if (row.state == TcpState::listen) continue;
        CHECK(row.remote.ip == *to_ip_address(row.inode != 0 ? "127.0.0.1" : "::1"));
        CHECK(row.remote.port > 30'000);
    }
}

TEST_CASE("/proc/net/tcp: a port is that of one end, in the states that are asked for",
          "[net][sockets]") {
    const std::string text = file_text("sockets/testdata/linux-6.18/tcp");
    CHECK(parse_proc_net_tcp(text, {.port = 8072}).empty());
    CHECK(parse_proc_net_tcp(text, {.port = 8069}).size() == 7);
    CHECK(parse_proc_net_tcp(text, {.port = 8069, .states = only(TcpState::listen)}).size() == 1);
    const auto clients = parse_proc_net_tcp(text, {.port = 8069, .end = SocketEnd::remote});
    REQUIRE(clients.size() == 6);
    for (const TcpSocket& client : clients) {
        CHECK(client.remote == SocketAddress{*to_ip_address("127.0.0.14"), 8069});
        // Its process has closed it.
        CHECK((client.state == TcpState::fin_wait2) == (client.inode == 0));
    }
    CHECK(parse_proc_net_tcp(
              text, {.port = 8069, .end = SocketEnd::remote, .states = only(TcpState::fin_wait2)})
              .size() == 1);
}

TEST_CASE("/proc/net/tcp: a last line that is cut off is left out", "[net][sockets]") {
    const std::string text = file_text("sockets/testdata/linux-6.18/tcp");
    const std::size_t all = parse_proc_net_tcp(text, kQuery).size();
    std::size_t least = 0;
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto rows = parse_proc_net_tcp(text.substr(0, size), kQuery);
        REQUIRE(rows.size() >= least);
        REQUIRE(rows.size() <= all);
        least = rows.size();
        // An inode of which digits are missing would be another socket.
        for (const TcpSocket& row : rows)
            REQUIRE((row.inode == 0 || row.inode > 1'000'000));
    }
    CHECK(parse_proc_net_tcp("", kQuery).empty());
    CHECK(
        parse_proc_net_tcp("  1: 0E00007F:1F85 0100007F:1 XX 1:1 0:0 0 1 1 1 1\n", kQuery).empty());
}

TEST_CASE("/proc/net/netstat: refused connections are found by name", "[net][sockets]") {
    CHECK(parse_netstat(file_text("sockets/testdata/linux-6.18/netstat")) == ListenFailures{0, 0});
    CHECK_FALSE(
        parse_netstat("IpExt: A\nIpExt: 9\nTcpExt: X ListenDrops Y ListenOverflows\n"
                      "TcpExt: 1 -7 8 5\n"));
    CHECK(parse_netstat("TcpExt: X ListenDrops Y ListenOverflows\nTcpExt: 1 7 8 5\n") ==
          ListenFailures{5, 7});
    CHECK_FALSE(parse_netstat("TcpExt: X ListenDrops\nTcpExt: 1 7\n"));
    CHECK_FALSE(parse_netstat("TcpExt: ListenOverflows ListenDrops\n"));
    CHECK_FALSE(parse_netstat(""));
}

TEST_CASE("/proc/net/snmp: segments are found by name", "[net][sockets]") {
    CHECK(parse_snmp("Ip: InSegs\nIp: 3\nTcp: MaxConn OutSegs InSegs\nTcp: -1 7 8\n") ==
          TcpSegments{8, 7});
    CHECK_FALSE(parse_snmp("Tcp: InSegs OutSegs\nTcp: 7 -1\n"));
    CHECK_FALSE(parse_snmp("Tcp: InSegs OutSegs\nTcp: 7\n"));
    CHECK_FALSE(parse_snmp("Tcp: InSegs\nTcp: 7\n"));
    CHECK_FALSE(parse_snmp("TcpExt: InSegs OutSegs\nTcpExt: 7 8\n"));
    CHECK_FALSE(parse_snmp(""));
}

}  // namespace
}  // namespace erp
