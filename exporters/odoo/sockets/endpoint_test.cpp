#include "exporters/odoo/sockets/endpoint.hpp"

#include "core/base/file_text.hpp"
#include "core/net/sockets/proc_net.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace erp::odoo {
namespace {

TcpSocket row(const std::string& ip,
              TcpState state,
              std::uint32_t queue = 0,
              std::uint16_t port = 8069) {
    TcpSocket row;
    row.state = state;
    row.local = {*to_ip_address(ip), port};
    row.receive_queue = queue;
    row.send_queue = 24;
    return row;
}

constexpr auto kListen = TcpState::listen;
constexpr auto kEstablished = TcpState::established;

TEST_CASE("endpoint: what was recorded of a saturated Odoo", "[odoo][sockets]") {
    const std::string version = GENERATE("14", "17", "18");
    const std::string text = file_text("testdata/" + version + "/net_tcp_saturated.txt");
    const auto rows = parse_proc_net_tcp(text, {.port = 8069});
    const auto found = sockets_of({to_ip_address("127.0.0." + version), 8069}, rows);
    const auto count = [&](TcpState state, bool accepted) {
        return std::ranges::count_if(found.connections, [&](const TcpSocket& row) {
            return row.state == state && (row.inode != 0) == accepted;
        });
    };
    CHECK(found.listening());
    CHECK(found.queue_length == 6);
    CHECK(count(kEstablished, true) == 3);
    CHECK(count(kEstablished, false) == 4);
    CHECK(count(TcpState::close_wait, false) == 2);
    for (const TcpSocket& row : rows) {
        CHECK(row.uid == (version == "14" ? 101 : 999));
        CHECK_FALSE(row.last_received_ms);
        if (row.state == kEstablished) CHECK(row.remote.port > 30'000);
    }
    CHECK(parse_proc_net_tcp(text, {.port = 8072}).size() == 1);
    CHECK(parse_proc_net_tcp(text, {.port = 36'518}).empty());
}

TEST_CASE("endpoint: two Odoo on one port are told apart by their addresses", "[odoo][sockets]") {
    const std::vector<TcpSocket> rows{
        row("127.0.0.14", kListen, 2),           row("127.0.0.15", kListen, 5),
        row("127.0.0.14", kEstablished),         row("127.0.0.15", kEstablished),
        row("127.0.0.15", TcpState::close_wait), row("127.0.0.15", kEstablished, 0, 8072)};
    const auto first = sockets_of({to_ip_address("127.0.0.14"), 8069}, rows);
    CHECK(first.queue_length == 2);
    CHECK(first.connections.size() == 1);
    const auto second = sockets_of({to_ip_address("127.0.0.15"), 8069}, rows);
    CHECK(second.queue_length == 5);
    CHECK(second.connections.size() == 2);
    CHECK_FALSE(sockets_of({to_ip_address("127.0.0.16"), 8069}, rows).listening());
    const auto both = sockets_of({std::nullopt, 8069}, rows);
    CHECK(both.backlogs == std::vector<std::uint32_t>{24, 24});
    CHECK(both.queue_length == 7);
    CHECK(both.connections.size() == 3);
}

TEST_CASE("endpoint: a wildcard has what no listener of an address takes", "[odoo][sockets]") {
    const std::vector<TcpSocket> rows{row("0.0.0.0", kListen, 1), row("127.0.0.15", kListen, 5),
                                      row("10.0.0.1", kEstablished), row("127.0.0.1", kEstablished),
                                      row("127.0.0.15", kEstablished)};
    for (const char* any : {"0.0.0.0", "::"}) {
        const auto found = sockets_of({to_ip_address(any), 8069}, rows);
        CHECK(found.queue_length == 1);
        CHECK(found.connections.size() == 2);
    }
}

TEST_CASE("endpoint: several listeners of one address are added up", "[odoo][sockets]") {
    const std::vector<TcpSocket> rows{row("0.0.0.0", kListen, 1), row("0.0.0.0", kListen, 2)};
    const auto found = sockets_of({std::nullopt, 8069}, rows);
    CHECK(found.backlogs.size() == 2);
    CHECK(found.queue_length == 3);
}

TEST_CASE("endpoint: a mapped peer of a socket of both families is its", "[odoo][sockets]") {
    const std::vector<TcpSocket> rows{row("::", kListen), row("::ffff:127.0.0.1", kEstablished),
                                      row("::1", kEstablished)};
    CHECK(sockets_of({to_ip_address("::"), 8069}, rows).connections.size() == 2);
    CHECK(sockets_of({to_ip_address("127.0.0.1"), 8069}, rows).connections.size() == 1);
}

TEST_CASE("endpoint: connections outlive their listener", "[odoo][sockets]") {
    const std::vector<TcpSocket> rows{row("127.0.0.14", kEstablished)};
    const auto found = sockets_of({to_ip_address("127.0.0.14"), 8069}, rows);
    CHECK_FALSE(found.listening());
    CHECK(found.connections.size() == 1);
}

}  // namespace
}  // namespace erp::odoo
