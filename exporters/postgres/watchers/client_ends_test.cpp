#include "exporters/postgres/watchers/client_ends.hpp"

#include "core/base/descriptor.hpp"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

namespace erp::postgres {
namespace {

TEST_CASE("client ends: of TCP, one that a process holds and one that the kernel finishes",
          "[postgres]") {
    ClientEnds ends;
    add_tcp(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
        "timeout inode\n"
        "   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   104   "
        "     0 5001 1 0 100 0 0 10 0\n"
        "   1: 0100007F:1538 0100007F:9C41 08 00000000:00000000 00:00000000 00000000   104   "
        "     0 5002 1 0 20 4 30 10 -1\n"
        "   2: 0100007F:9C41 0100007F:1538 05 00000000:00000000 03:00000000 00000000     0   "
        "     0 0 3 0\n"
        "   3: 0100007F:9C42 0100007F:1538 01 00000000:00000000 00:00000000 00000000   105   "
        "     0 5003 1 0 20 4 30 10 -1\n"
        "   4: 0100007F:9C43 0100007F:1539 01 00000000:00000000 00:00000000 00000000   105   "
        "     0 5004 1 0 20 4 30 10 -1\n"
        "nonsense\n   5: x:y 0100007F:zz 01 a b c d e f\n",
        false, 5432, ends);
    CHECK(ends.listens_tcp);
    CHECK(ends.tcp == std::map<std::uint16_t, bool>{{40001, false}, {40002, true}});
    ClientEnds other;
    add_tcp("", false, 5432, other);
    CHECK_FALSE(other.listens_tcp);
}

TEST_CASE("client ends: the kernel tells of unix sockets that lost their other end", "[postgres]") {
    std::string folder = std::filesystem::temp_directory_path() / "ends-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    constexpr std::uint16_t kPort = 64999;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/.s.PGSQL." + std::to_string(kPort);
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    const Descriptor server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(look_at_client_ends(kPort)->listens_unix == false);
    REQUIRE(::bind(server.get(), where, sizeof address) == 0);
    REQUIRE(::listen(server.get(), 4) == 0);
    auto client = std::make_unique<Descriptor>(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(client->get(), where, sizeof address) == 0);
    const Descriptor accepted(::accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(accepted.get() >= 0);
    CHECK(look_at_client_ends(kPort)->listens_unix);
    CHECK(look_at_client_ends(kPort)->abandoned_unix == 0);
    client.reset();
    CHECK(look_at_client_ends(kPort)->abandoned_unix == 1);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace erp::postgres
