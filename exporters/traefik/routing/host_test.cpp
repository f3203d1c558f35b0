#include "exporters/traefik/routing/host.hpp"

#include <catch2/catch.hpp>

namespace erp::traefik {
namespace {

TEST_CASE("traefik host: rules see it without case, port, trailing dot and brackets", "[host]") {
    CHECK(normalised_host("acme.erp.example") == "acme.erp.example");
    CHECK(normalised_host("ACME.ERP.example.") == "acme.erp.example");
    CHECK(normalised_host("Acme.erp.example:8443") == "acme.erp.example");
    CHECK(normalised_host("acme.erp.example.:443") == "acme.erp.example");
    CHECK(normalised_host("[2001:DB8::1]:443") == "2001:db8::1");
    CHECK(normalised_host("[2001:db8::1]") == "2001:db8::1");
    CHECK(normalised_host("2001:db8::1") == "2001:db8::1");
    CHECK(normalised_host("203.0.113.9:80") == "203.0.113.9");
    CHECK(normalised_host("").empty());
    CHECK(normalised_host(":443").empty());
    CHECK(normalised_host(".").empty());
    CHECK(normalised_host("[") == "[");
    CHECK(normalised_host("[]").empty());
    CHECK(normalised_host("\xC4") == "\xC4");  // bytes that are no ASCII stay
}

TEST_CASE("traefik host: what is longer than a name can be is nobody's", "[host]") {
    CHECK(normalised_host(std::string(253, 'a')) == std::string(253, 'a'));
    CHECK(normalised_host(std::string(253, 'a') + ".:443") == std::string(253, 'a'));
    CHECK(normalised_host(std::string(254, 'a')).empty());
}

TEST_CASE("traefik host: an address is told from a name", "[host]") {
    for (const char* host : {"203.0.113.9", "2001:db8::1", "::1", "::ffff:1.2.3.4", "fe80::1%eth0",
                             "127.1", "2130706433"}) {
        CAPTURE(host);
        CHECK(is_address(host));
    }
    for (const char* host : {"", "acme.erp.example", "a1.edge.erp.example", "1.2.3.4.example", "1a",
                             "x:y", "localhost"}) {
        CAPTURE(host);
        CHECK_FALSE(is_address(host));
    }
}

}  // namespace
}  // namespace erp::traefik
