#include "core/net/sockets/inet_diag.hpp"

#include "core/base/file_text.hpp"
#include "core/net/sockets/netlink_message.hpp"

#include <catch2/catch.hpp>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace erp {
namespace {

constexpr TcpStates kStates =
    only(TcpState::listen) | only(TcpState::established) | only(TcpState::close_wait);
constexpr TcpQuery kQuery{.port = 8069, .states = kStates, .ages = true};

std::vector<TcpSocket> rows_of(const std::string& file) {
    const std::string text = file_text("sockets/testdata/linux-6.18/" + file);
    TcpReply reply(kQuery, kTestSequence);
    const auto last = reply.add(bytes_of(text));
    REQUIRE(last);
    CHECK(*last);
    CHECK_FALSE(reply.interrupted());
    return reply.sockets();
}

std::ptrdiff_t count(const std::vector<TcpSocket>& rows, TcpState state, bool accepted) {
    return std::ranges::count_if(
        rows, [&](const TcpSocket& r) { return r.state == state && (r.inode != 0) == accepted; });
}

TEST_CASE("sock_diag: a recorded reply shows the listener and who waits, works and left",
          "[net][sockets]") {
    const auto rows = rows_of("v4.bin");
    REQUIRE(rows.size() == 7);
    const auto listener = std::ranges::find(rows, TcpState::listen, &TcpSocket::state);
    REQUIRE(listener != rows.end());
    CHECK(listener->send_queue == 24);
    CHECK(listener->receive_queue == 3);
    CHECK_FALSE(listener->last_received_ms);
    CHECK(count(rows, TcpState::established, true) == 3);
    CHECK(count(rows, TcpState::established, false) == 2);
    CHECK(count(rows, TcpState::close_wait, false) == 1);
    for (const TcpSocket& row : rows) {
        CHECK(row.local == SocketAddress{*to_ip_address("127.0.0.14"), 8069});
        CHECK(row.id != 0);
        if (row.state == TcpState::listen) continue;
        CHECK(row.remote.ip == *to_ip_address("127.0.0.1"));
        CHECK(row.remote.port > 1024);
        REQUIRE(row.last_received_ms);
        CHECK(*row.last_received_ms >= 450);
        CHECK(*row.last_received_ms < 2000);
    }
}

TEST_CASE("sock_diag: a socket of both families shows mapped addresses", "[net][sockets]") {
    const auto rows = rows_of("v6.bin");
    REQUIRE(rows.size() == 3);
    for (const TcpSocket& row : rows) {
        CHECK(row.v6);
        if (row.state == TcpState::listen) {
            CHECK(is_wildcard(row.local.ip));
            CHECK(row.send_queue == 16);
        } else if (row.inode != 0) {
            CHECK(row.remote.ip == *to_ip_address("127.0.0.1"));
        } else {
            CHECK(row.remote.ip == *to_ip_address("::1"));
        }
    }
}

TEST_CASE("sock_diag: rows of another port are left out, whoever sends them", "[net][sockets]") {
    TcpReply reply({.port = 8072, .states = kStates}, kTestSequence);
    const std::string text = file_text("sockets/testdata/linux-6.18/v4.bin");
    REQUIRE(reply.add(bytes_of(text)));
    CHECK(reply.sockets().empty());
}

TEST_CASE("sock_diag: rows of other states are left out, whoever sends them", "[net][sockets]") {
    TcpReply reply({.port = 8069, .states = only(TcpState::close_wait)}, kTestSequence);
    const std::string text = file_text("sockets/testdata/linux-6.18/v4.bin");
    REQUIRE(reply.add(bytes_of(text)));
    CHECK(reply.sockets().size() == 1);
    inet_diag_msg row{};
    row.idiag_family = AF_INET;
    row.idiag_state = 200;  // of no kernel
    row.id.idiag_sport = htons(8069);
    TcpReply other({.port = 8069}, kTestSequence);
    const std::string strange = netlink_message(SOCK_DIAG_BY_FAMILY, bytes_text(row));
    REQUIRE(other.add(bytes_of(strange)));
    CHECK(other.sockets().empty());
}

TEST_CASE("sock_diag: a port may be that of the other end", "[net][sockets]") {
    inet_diag_msg row{};
    row.idiag_family = AF_INET;
    row.idiag_state = 1;
    row.id.idiag_sport = htons(40'000);
    row.id.idiag_dport = htons(8069);
    const std::string text = netlink_message(SOCK_DIAG_BY_FAMILY, bytes_text(row));
    for (const auto& [end, found] : {std::pair{SocketEnd::remote, 1U}, {SocketEnd::local, 0U}}) {
        TcpReply reply({.port = 8069, .end = end}, kTestSequence);
        REQUIRE(reply.add(bytes_of(text)));
        CHECK(reply.sockets().size() == found);
    }
}

TEST_CASE("sock_diag: wherever a reply is cut off, that is an error or rows are missing",
          "[net][sockets]") {
    const std::string text = file_text("sockets/testdata/linux-6.18/v4.bin");
    for (std::size_t size = 0; size < text.size(); ++size) {
        TcpReply reply(kQuery, kTestSequence);
        const std::string part = text.substr(0, size);
        const auto last = reply.add(bytes_of(part));
        if (last) CHECK_FALSE(*last);
        if (!last) CHECK(last.error().phase == Phase::protocol);
        CHECK(reply.sockets().size() <= 7);
    }
}

TEST_CASE("sock_diag: a row without the state of its data has no age", "[net][sockets]") {
    inet_diag_msg row{};
    row.idiag_family = AF_INET;
    row.idiag_state = 1;
    row.id.idiag_sport = htons(8069);
    const std::string payload = bytes_text(row);
    // An attribute that is too short for it, and one that claims more than there is.
    const std::string attributes[] = {std::string("\x08\0\x02\0abcd", 8),
                                      std::string("\xFF\0\x02\0abcd", 8), std::string("\x01", 1)};
    for (const std::string& attribute : attributes) {
        TcpReply reply(kQuery, kTestSequence);
        const std::string text = netlink_message(SOCK_DIAG_BY_FAMILY, payload + attribute);
        REQUIRE(reply.add(bytes_of(text)));
        REQUIRE(reply.sockets().size() == 1);
        CHECK_FALSE(reply.sockets()[0].last_received_ms);
    }
}

TEST_CASE("sock_diag: a listener tells what was discarded at it", "[net][sockets]") {
    inet_diag_msg row{};
    row.idiag_family = AF_INET;
    row.idiag_state = 10;
    row.id.idiag_sport = htons(8069);
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    memory[SK_MEMINFO_DROPS] = 4'000'000'000;
    memory[SK_MEMINFO_BACKLOG] = 5;
    const std::string attribute = std::string("\x28\0\x07\0", 4) + bytes_text(memory);
    for (const bool whole : {true, false}) {
        TcpReply reply({.port = 8069, .discarded = true}, kTestSequence);
        // An older kernel ends before it.
        const std::string told =
            whole ? attribute : std::string("\x24\0\x07\0", 4) + attribute.substr(4, 32);
        REQUIRE(reply.add(bytes_of(netlink_message(SOCK_DIAG_BY_FAMILY, bytes_text(row) + told))));
        REQUIRE(reply.sockets().size() == 1);
        CHECK(reply.sockets()[0].discarded ==
              (whole ? std::optional(4'000'000'000U) : std::nullopt));
    }
}

TEST_CASE("sock_diag: a row that is too short is an error", "[net][sockets]") {
    TcpReply reply(kQuery, kTestSequence);
    CHECK_FALSE(reply.add(bytes_of(netlink_message(SOCK_DIAG_BY_FAMILY, "short"))));
}

TEST_CASE("sock_diag: a port with too many sockets is an error", "[net][sockets]") {
    inet_diag_msg row{};
    row.idiag_family = AF_INET;
    row.idiag_state = 1;
    row.id.idiag_sport = htons(8069);
    const std::string one = netlink_message(SOCK_DIAG_BY_FAMILY, bytes_text(row));
    TcpReply reply(kQuery, kTestSequence);
    for (std::size_t i = 0; i < TcpReply::kMostSockets; ++i)
        REQUIRE(reply.add(bytes_of(one)));
    const auto last = reply.add(bytes_of(one));
    REQUIRE_FALSE(last);
    CHECK(last.error().phase == Phase::limit);
}

}  // namespace
}  // namespace erp
