#include "core/net/sockets/tcp_socket.hpp"

#include <catch2/catch.hpp>

namespace erp {
namespace {

TEST_CASE("tcp socket: an address is one of IPv4 or IPv6", "[net][sockets]") {
    CHECK(to_ip_address("::ffff:127.0.0.1") == to_ip_address("127.0.0.1"));
    CHECK(to_ip_address("::") == IpAddress{});
    for (const char* text : {"", "localhost", "127.0.0", "1.2.3.4:8069", "[::1]"})
        CHECK_FALSE(to_ip_address(text));
}

}  // namespace
}  // namespace erp
