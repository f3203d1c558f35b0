#include "exporters/odoo/sockets/inet_diag.hpp"

#include "core/metrics/page_families.hpp"
#include "exporters/odoo/sockets/endpoint.hpp"

#include <catch2/catch.hpp>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace erp::odoo {
namespace {

constexpr std::uint32_t kSequence = 7;  // of testdata/sockets/record

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

/// A message of the kernel.
std::string message(std::uint16_t type,
                    std::string_view payload,
                    std::uint16_t flags = 0,
                    std::uint32_t sequence = kSequence) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + payload.size());
    header.nlmsg_type = type;
    header.nlmsg_flags = flags;
    header.nlmsg_seq = sequence;
    std::string text(reinterpret_cast<const char*>(&header), sizeof header);
    text += payload;
    text.resize((text.size() + 3) / 4 * 4);
    return text;
}

std::string number(int value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::vector<SocketRow> rows_of(const std::string& file) {
    const std::string text = file_text("testdata/sockets/linux-6.18/" + file);
    DiagReply reply(kSequence, 8069);
    const auto last = reply.add(bytes_of(text));
    REQUIRE(last);
    CHECK(*last);
    CHECK_FALSE(reply.interrupted());
    return reply.rows();
}

std::ptrdiff_t count(const std::vector<SocketRow>& rows, TcpState state, bool accepted) {
    return std::ranges::count_if(
        rows, [&](const SocketRow& r) { return r.state == state && (r.inode != 0) == accepted; });
}

TEST_CASE("sock_diag: a recorded reply shows the listener and who waits, works and left",
          "[odoo][sockets]") {
    const auto rows = rows_of("v4.bin");
    REQUIRE(rows.size() == 7);
    const auto listener = std::ranges::find(rows, TcpState::listen, &SocketRow::state);
    REQUIRE(listener != rows.end());
    CHECK(listener->send_queue == 24);
    CHECK(listener->receive_queue == 3);
    CHECK_FALSE(listener->last_received_ms);
    CHECK(count(rows, TcpState::established, true) == 3);
    CHECK(count(rows, TcpState::established, false) == 2);
    CHECK(count(rows, TcpState::close_wait, false) == 1);
    for (const SocketRow& row : rows) {
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

TEST_CASE("sock_diag: a socket of both families shows mapped addresses", "[odoo][sockets]") {
    const auto rows = rows_of("v6.bin");
    REQUIRE(rows.size() == 3);
    for (const SocketRow& row : rows) {
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

TEST_CASE("sock_diag: rows of another port are left out, whoever sends them", "[odoo][sockets]") {
    DiagReply reply(kSequence, 8072);
    const std::string text = file_text("testdata/sockets/linux-6.18/v4.bin");
    REQUIRE(reply.add(bytes_of(text)));
    CHECK(reply.rows().empty());
}

TEST_CASE("sock_diag: the rest of an earlier reply is passed over", "[odoo][sockets]") {
    DiagReply reply(kSequence + 1, 8069);
    const std::string text = file_text("testdata/sockets/linux-6.18/v4.bin");
    const auto last = reply.add(bytes_of(text));
    REQUIRE(last);
    CHECK_FALSE(*last);
    CHECK(reply.rows().empty());
}

TEST_CASE("sock_diag: wherever a reply is cut off, that is an error or rows are missing",
          "[odoo][sockets]") {
    const std::string text = file_text("testdata/sockets/linux-6.18/v4.bin");
    for (std::size_t size = 0; size < text.size(); ++size) {
        DiagReply reply(kSequence, 8069);
        const std::string part = text.substr(0, size);
        const auto last = reply.add(bytes_of(part));
        if (last) CHECK_FALSE(*last);
        if (!last) CHECK(last.error().phase == Phase::protocol);
        CHECK(reply.rows().size() <= 7);
    }
}

TEST_CASE("sock_diag: what the kernel refuses has a phase", "[odoo][sockets]") {
    const auto phase_of = [](int code) {
        DiagReply reply(kSequence, 8069);
        const std::string text = message(NLMSG_ERROR, number(-code) + std::string(16, '\0'));
        return reply.add(bytes_of(text)).error().phase;
    };
    CHECK(phase_of(EPERM) == Phase::privilege);
    CHECK(phase_of(ENOENT) == Phase::unsupported);
    CHECK(phase_of(EINVAL) == Phase::unsupported);
    CHECK(phase_of(ENOMEM) == Phase::query);
    for (const std::string& text :
         {message(NLMSG_DONE, number(-ENOMEM)), message(NLMSG_ERROR, ""),
          message(NLMSG_OVERRUN, ""), message(SOCK_DIAG_BY_FAMILY, "short"), message(99, "")}) {
        DiagReply reply(kSequence, 8069);
        CHECK_FALSE(reply.add(bytes_of(text)));
    }
}

TEST_CASE("sock_diag: a dump during which tables changed says so", "[odoo][sockets]") {
    DiagReply reply(kSequence, 8069);
    const std::string text =
        message(NLMSG_NOOP, "", NLM_F_DUMP_INTR) + message(NLMSG_DONE, number(0), NLM_F_MULTI);
    const auto last = reply.add(bytes_of(text));
    REQUIRE(last);
    CHECK(*last);
    CHECK(reply.interrupted());
}

TEST_CASE("sock_diag: a row without the state of its data has no age", "[odoo][sockets]") {
    inet_diag_msg row{};
    row.idiag_family = AF_INET;
    row.idiag_state = 1;
    row.id.idiag_sport = htons(8069);
    std::string payload(reinterpret_cast<const char*>(&row), sizeof row);
    // An attribute that is too short for it, and one that claims more than there is.
    const std::string attributes[] = {std::string("\x08\0\x02\0abcd", 8),
                                      std::string("\xFF\0\x02\0abcd", 8), std::string("\x01", 1)};
    for (const std::string& attribute : attributes) {
        DiagReply reply(kSequence, 8069);
        const std::string text = message(SOCK_DIAG_BY_FAMILY, payload + attribute);
        REQUIRE(reply.add(bytes_of(text)));
        REQUIRE(reply.rows().size() == 1);
        CHECK_FALSE(reply.rows()[0].last_received_ms);
    }
}

TEST_CASE("sock_diag: a port with too many sockets is an error", "[odoo][sockets]") {
    inet_diag_msg row{};
    row.idiag_family = AF_INET;
    row.idiag_state = 1;
    row.id.idiag_sport = htons(8069);
    const std::string one = message(
        SOCK_DIAG_BY_FAMILY, std::string_view(reinterpret_cast<const char*>(&row), sizeof row));
    DiagReply reply(kSequence, 8069);
    for (std::size_t i = 0; i < DiagReply::kMostRows; ++i)
        REQUIRE(reply.add(bytes_of(one)));
    const auto last = reply.add(bytes_of(one));
    REQUIRE_FALSE(last);
    CHECK(last.error().phase == Phase::limit);
}

}  // namespace
}  // namespace erp::odoo
