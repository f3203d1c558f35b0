#include "core/net/sockets/unix_diag.hpp"

#include "core/base/file_text.hpp"
#include "core/net/sockets/netlink_message.hpp"

#include <catch2/catch.hpp>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

#include <algorithm>
#include <string>

namespace erp {
namespace {

TEST_CASE("sock_diag: a recorded reply shows a unix listener and its connections",
          "[net][sockets]") {
    const std::string text = file_text("sockets/testdata/linux-6.18/unix.bin");
    UnixReply reply({"/.s.8069"}, kTestSequence);
    const auto last = reply.add(bytes_of(text));
    REQUIRE(last);
    CHECK(*last);
    const auto& sockets = reply.sockets();
    REQUIRE(sockets.size() == 3);
    CHECK(std::ranges::count_if(sockets, &UnixSocket::listens) == 1);
    const auto is_held = [](const UnixSocket& socket) { return socket.peer != 0; };
    CHECK(std::ranges::count_if(sockets, is_held) == 1);
    CHECK(std::ranges::count(sockets, UnixSocket{false, 0}) == 1);
}

TEST_CASE("sock_diag: unix sockets of another name are left out", "[net][sockets]") {
    const std::string text = file_text("sockets/testdata/linux-6.18/unix.bin");
    for (const char* name : {"/.s.80690", "/.s.806", "/.s.8069/"}) {
        UnixReply reply({name}, kTestSequence);
        REQUIRE(reply.add(bytes_of(text)));
        CHECK(reply.sockets().empty());
    }
}

TEST_CASE(
    "sock_diag: wherever a reply about unix sockets is cut off, that is an error or rows "
    "are missing",
    "[net][sockets]") {
    const std::string text = file_text("sockets/testdata/linux-6.18/unix.bin");
    for (std::size_t size = 0; size < text.size(); ++size) {
        UnixReply reply({"/.s.8069"}, kTestSequence);
        const std::string part = text.substr(0, size);
        const auto last = reply.add(bytes_of(part));
        if (last) CHECK_FALSE(*last);
        if (!last) CHECK(last.error().phase == Phase::protocol);
        CHECK(reply.sockets().size() <= 3);
    }
}

TEST_CASE("sock_diag: a unix socket without a name is nobody's", "[net][sockets]") {
    unix_diag_msg row{};
    row.udiag_state = 1;
    UnixReply reply({"/.s.8069"}, kTestSequence);
    const std::string nameless = netlink_message(SOCK_DIAG_BY_FAMILY, bytes_text(row));
    REQUIRE(reply.add(bytes_of(nameless)));
    CHECK(reply.sockets().empty());
    const std::string tiny = netlink_message(SOCK_DIAG_BY_FAMILY, "tiny");
    CHECK_FALSE(reply.add(bytes_of(tiny)));
}

}  // namespace
}  // namespace erp
