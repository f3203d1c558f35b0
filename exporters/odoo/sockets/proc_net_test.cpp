#include "exporters/odoo/sockets/proc_net.hpp"

#include "core/metrics/page_families.hpp"
#include "exporters/odoo/sockets/endpoint.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace erp::odoo {
namespace {

struct Picture {
    std::ptrdiff_t busy, waiting, abandoned;
    std::uint32_t queue;
    bool operator==(const Picture&) const = default;
};

Picture picture(const std::vector<SocketRow>& rows) {
    const auto count = [&](TcpState state, bool accepted) {
        return std::ranges::count_if(rows, [&](const SocketRow& r) {
            return r.state == state && (r.inode != 0) == accepted;
        });
    };
    const auto listener = std::ranges::find(rows, TcpState::listen, &SocketRow::state);
    REQUIRE(listener != rows.end());
    return {count(TcpState::established, true), count(TcpState::established, false),
            count(TcpState::close_wait, false), listener->receive_queue};
}

TEST_CASE("/proc/net/tcp: what was recorded of a saturated Odoo", "[odoo][sockets]") {
    const std::string version = GENERATE("14", "17", "18");
    const std::string text = file_text("testdata/" + version + "/net_tcp_saturated.txt");
    const auto rows = parse_proc_net_tcp(text, false, 8069);
    CHECK(picture(rows) == Picture{3, 4, 2, 6});
    for (const SocketRow& row : rows) {
        CHECK(row.local.ip == *to_ip_address("127.0.0." + version));
        CHECK(row.uid == (version == "14" ? 101 : 999));
        CHECK_FALSE(row.last_received_ms);
        if (row.state == TcpState::established) CHECK(row.remote.port > 30'000);
    }
    CHECK(parse_proc_net_tcp(text, false, 8072).size() == 1);
    CHECK(parse_proc_net_tcp(text, false, 36'518).empty());
}

TEST_CASE("/proc/net/tcp shows what sock_diag shows, without ages and backlogs",
          "[odoo][sockets]") {
    const auto rows = parse_proc_net_tcp(file_text("testdata/sockets/linux-6.18/tcp"), false, 8069);
    CHECK(picture(rows) == Picture{3, 2, 1, 3});
    const auto rows6 =
        parse_proc_net_tcp(file_text("testdata/sockets/linux-6.18/tcp6"), true, 8069);
    REQUIRE(rows6.size() == 3);
    CHECK(picture(rows6) == Picture{1, 1, 0, 1});
    for (const SocketRow& row : rows6) {
        CHECK(row.v6);
        if (row.state == TcpState::listen) continue;
        CHECK(row.remote.ip == *to_ip_address(row.inode != 0 ? "127.0.0.1" : "::1"));
        CHECK(row.remote.port > 30'000);
    }
}

TEST_CASE("/proc/net/tcp: a last line that is cut off is left out", "[odoo][sockets]") {
    const std::string text = file_text("testdata/14/net_tcp_saturated.txt");
    const std::size_t all = parse_proc_net_tcp(text, false, 8069).size();
    std::size_t least = 0;
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto rows = parse_proc_net_tcp(text.substr(0, size), false, 8069);
        REQUIRE(rows.size() >= least);
        REQUIRE(rows.size() <= all);
        least = rows.size();
        // An inode of which digits are missing would be another socket.
        for (const SocketRow& row : rows)
            REQUIRE((row.inode == 0 || row.inode > 100'000));
    }
    CHECK(parse_proc_net_tcp("", false, 8069).empty());
    CHECK(parse_proc_net_tcp("  1: 0E00007F:1F85 0100007F:1 XX 1:1 0:0 0 1 1 1 1\n", false, 8069)
              .empty());
}

TEST_CASE("/proc/net/netstat: refused connections are found by name", "[odoo][sockets]") {
    CHECK(parse_netstat(file_text("testdata/sockets/linux-6.18/netstat")) == ListenFailures{0, 0});
    CHECK_FALSE(
        parse_netstat("IpExt: A\nIpExt: 9\nTcpExt: X ListenDrops Y ListenOverflows\n"
                      "TcpExt: 1 -7 8 5\n"));
    CHECK(parse_netstat("TcpExt: X ListenDrops Y ListenOverflows\nTcpExt: 1 7 8 5\n") ==
          ListenFailures{5, 7});
    CHECK_FALSE(parse_netstat("TcpExt: X ListenDrops\nTcpExt: 1 7\n"));
    CHECK_FALSE(parse_netstat("TcpExt: ListenOverflows ListenDrops\n"));
    CHECK_FALSE(parse_netstat(""));
}

TEST_CASE("/proc/net/snmp: segments are found by name", "[odoo][sockets]") {
    CHECK(parse_snmp("Ip: InSegs\nIp: 3\nTcp: MaxConn OutSegs InSegs\nTcp: -1 7 8\n") ==
          TcpSegments{8, 7});
    CHECK_FALSE(parse_snmp("Tcp: InSegs OutSegs\nTcp: 7 -1\n"));
    CHECK_FALSE(parse_snmp("Tcp: InSegs OutSegs\nTcp: 7\n"));
    CHECK_FALSE(parse_snmp("Tcp: InSegs\nTcp: 7\n"));
    CHECK_FALSE(parse_snmp("TcpExt: InSegs OutSegs\nTcpExt: 7 8\n"));
    CHECK_FALSE(parse_snmp(""));
}

}  // namespace
}  // namespace erp::odoo
