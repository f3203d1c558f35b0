#include "core/net/network_namespace.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

namespace erp {
namespace {

TEST_CASE("network namespace: a process's path is told from others", "[net]") {
    CHECK(process_folder("/proc/7/ns/net") == "/proc/7");
    for (const char* path : {"", "/run/netns/odoo", "/proc/self/ns/net", "/proc//ns/net",
                             "/proc/7/ns/pid", "/proc/7/../8/ns/net", "/proc/ns/net"})
        CHECK_FALSE(process_folder(path));
}

TEST_CASE("network namespace: one's own is known by its processes and by its file", "[net]") {
    const std::string own = "/proc/" + std::to_string(::getpid()) + "/ns/net";
    CHECK(is_own_namespace(own));
    CHECK(is_own_namespace("/proc/self/ns/net"));
    CHECK(namespace_identity(own));
    CHECK_FALSE(is_own_namespace("/run/netns/there-is-none"));
    CHECK_FALSE(namespace_identity("/proc/4194305/ns/net"));  // above the largest pid
}

TEST_CASE("network namespace: what cannot be entered says why", "[net]") {
    bool worked = false;
    CHECK(inside_namespace("/no/such", [&] { worked = true; }) == ENOENT);
    CHECK(inside_namespace("/proc/self/cmdline", [&] { worked = true; }) != 0);
    CHECK_FALSE(worked);
}

}  // namespace
}  // namespace erp
