#include "core/net/sockets/netlink_dump.hpp"

#include "core/base/file_text.hpp"
#include "core/net/sockets/netlink_message.hpp"

#include <catch2/catch.hpp>
#include <linux/sock_diag.h>

#include <cerrno>
#include <climits>
#include <string>
#include <vector>

namespace erp {
namespace {

Result<void> pass_over(NetlinkBytes /*row*/) {
    return {};
}

Result<bool> read_dump(const std::string& text) {
    NetlinkDump dump(kTestSequence);
    return dump.add(bytes_of(text), pass_over);
}

TEST_CASE("netlink dump: each message of a datagram is a row", "[net][sockets]") {
    NetlinkDump dump(kTestSequence);
    std::vector<std::string> rows;
    const std::string text = netlink_message(SOCK_DIAG_BY_FAMILY, "one") +
                             netlink_message(SOCK_DIAG_BY_FAMILY, "four") +
                             netlink_message(NLMSG_DONE, bytes_text(0), NLM_F_MULTI);
    const auto last = dump.add(bytes_of(text), [&](NetlinkBytes row) -> Result<void> {
        rows.emplace_back(reinterpret_cast<const char*>(row.data()), row.size());
        return {};
    });
    REQUIRE(last);
    CHECK(*last);
    CHECK(rows == std::vector<std::string>{"one", "four"});
    CHECK_FALSE(dump.interrupted());
}

TEST_CASE("netlink dump: the rest of an earlier reply is passed over", "[net][sockets]") {
    NetlinkDump dump(kTestSequence + 1);
    const std::string text = file_text("sockets/testdata/linux-6.18/v4.bin");
    const auto last = dump.add(bytes_of(text), [](NetlinkBytes /*row*/) -> Result<void> {
        return Error{Phase::limit, "a row"};
    });
    REQUIRE(last);
    CHECK_FALSE(*last);
}

TEST_CASE("netlink dump: what the kernel refuses has a phase", "[net][sockets]") {
    const auto phase_of = [](int code) {
        return read_dump(netlink_message(NLMSG_ERROR, bytes_text(-code) + std::string(16, '\0')))
            .error()
            .phase;
    };
    CHECK(phase_of(EPERM) == Phase::privilege);
    CHECK(phase_of(EACCES) == Phase::privilege);
    CHECK(phase_of(ENOENT) == Phase::unsupported);
    CHECK(phase_of(EINVAL) == Phase::unsupported);
    CHECK(phase_of(ENOMEM) == Phase::query);
    CHECK(read_dump(netlink_message(NLMSG_DONE, bytes_text(INT_MIN))).error().phase ==
          Phase::query);
    CHECK(read_dump(netlink_message(NLMSG_DONE, bytes_text(-EPERM))).error().text ==
          "sock_diag: Operation not permitted");
}

TEST_CASE("netlink dump: what is not in the kernel's format is an error", "[net][sockets]") {
    std::string endless = netlink_message(NLMSG_NOOP, "");
    endless[0] = 3;  // shorter than a message is
    for (const std::string& text :
         {netlink_message(NLMSG_ERROR, ""), netlink_message(NLMSG_OVERRUN, ""),
          netlink_message(99, ""), endless, std::string("short")}) {
        const auto last = read_dump(text);
        REQUIRE_FALSE(last);
        CHECK(last.error().phase == Phase::protocol);
    }
}

TEST_CASE("netlink dump: an error of a row ends the reply", "[net][sockets]") {
    NetlinkDump dump(kTestSequence);
    const std::string text =
        netlink_message(SOCK_DIAG_BY_FAMILY, "one") + netlink_message(NLMSG_DONE, bytes_text(0));
    const auto last = dump.add(bytes_of(text), [](NetlinkBytes /*row*/) -> Result<void> {
        return Error{Phase::limit, "too many"};
    });
    REQUIRE_FALSE(last);
    CHECK(last.error().phase == Phase::limit);
}

TEST_CASE("netlink dump: one during which tables changed says so", "[net][sockets]") {
    NetlinkDump dump(kTestSequence);
    const std::string text = netlink_message(NLMSG_NOOP, "", NLM_F_DUMP_INTR) +
                             netlink_message(NLMSG_DONE, bytes_text(0), NLM_F_MULTI);
    const auto last = dump.add(bytes_of(text), pass_over);
    REQUIRE(last);
    CHECK(*last);
    CHECK(dump.interrupted());
}

TEST_CASE("netlink attributes: they end where one is cut off", "[net][sockets]") {
    const std::string text("\x05\0\x01\0a\0\0\0\x06\0\x02\0bc\0\0\x09\0\x03\0defg", 24);
    NetlinkAttributes attributes(bytes_of(text));
    const auto first = attributes.next();
    REQUIRE(first);
    CHECK(first->type == 1);
    CHECK(first->value.size() == 1);
    const auto second = attributes.next();
    REQUIRE(second);
    CHECK(second->type == 2);
    CHECK(second->value.size() == 2);
    CHECK_FALSE(attributes.next());
    CHECK_FALSE(NetlinkAttributes(bytes_of(std::string_view("\x03\0\0\0", 4))).next());
    CHECK_FALSE(NetlinkAttributes({}).next());
}

}  // namespace
}  // namespace erp
