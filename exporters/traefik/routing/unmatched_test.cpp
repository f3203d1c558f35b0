#include "exporters/traefik/routing/unmatched.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace erp::traefik {
namespace {

TEST_CASE("traefik unmatched: a path shows what a scanner is after", "[unmatched]") {
    const auto probe = [](std::string_view path) { return std::string(to_string(probe_of(path))); };
    for (const char* path :
         {"/wp-login.php", "/WP-admin/setup-config.php", "/blog/wp-includes/wlwmanifest.xml",
          "/xmlrpc.php", "//wordpress/", "/wp/", "/wp-content/plugins/x/.env"}) {
        CAPTURE(path);
        CHECK(probe(path) == "wp");
    }
    for (const char* path :
         {"/cgi-bin/luci", "/cgi-bin/.%2e/.%2e/bin/sh", "/scripts/Test.CGI", "/cgi-bin/php.php"}) {
        CAPTURE(path);
        CHECK(probe(path) == "cgi");
    }
    for (const char* path : {"/actuator", "/actuator/env", "/manage/Actuator/gateway/routes"}) {
        CAPTURE(path);
        CHECK(probe(path) == "actuator");
    }
    for (const char* path :
         {"/.env", "/.git/config", "/app/.env.production", "/%2Eenv", "/%2e%65nv",
          "/.aws/credentials", "/.DS_Store", "/.vscode/sftp.json"}) {
        CAPTURE(path);
        CHECK(probe(path) == "dotfile");
    }
    for (const char* path :
         {"/index.php", "/phpmyadmin/", "/vendor/phpunit/src/Util/eval-stdin.php", "/shell.PHP7",
          "/pma/", "/a.php/b", "/phpinfo"}) {
        CAPTURE(path);
        CHECK(probe(path) == "php");
    }
    for (const char* path :
         {"", "/", "/web/login", "/.well-known/acme-challenge/x", "/graphql", "/photos",
          "/boaform/admin/formLogin", "*", "/a.phpx.txt", "%2", "%"}) {
        CAPTURE(path);
        CHECK(probe(path) == "other");
    }
}

TEST_CASE("traefik unmatched: only the first bytes of a path are looked at", "[unmatched]") {
    CHECK(probe_of("/" + std::string(500, 'a') + "/.env") == Probe::dotfile);
    CHECK(probe_of("/" + std::string(600, 'a') + "/.env") == Probe::other);
}

TEST_CASE("traefik unmatched: any bytes are a path", "[unmatched]") {
    std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): the same bytes in each run
    for (int i = 0; i < 5000; ++i) {
        std::string path(random() % 20, '\0');
        for (char& c : path)
            c = random() % 2 == 0 ? "/.%2e"[random() % 5] : static_cast<char>(random());
        CHECK_FALSE(to_string(probe_of(path)).empty());
    }
}

TEST_CASE("traefik unmatched: a host is a tenant's, an address, nothing or unknown",
          "[unmatched]") {
    CHECK(host_kind("acme.erp.example", true) == HostKind::known_tenant);
    CHECK(host_kind("nobody.erp.example", false) == HostKind::unknown);
    CHECK(host_kind("203.0.113.9:443", false) == HostKind::ip);
    CHECK(host_kind("2001:db8::1", false) == HostKind::ip);
    CHECK(host_kind("", false) == HostKind::empty);
    CHECK(host_kind(std::string(5000, 'x'), false) == HostKind::unknown);
    CHECK(to_string(HostKind::known_tenant) == "known_tenant");
    CHECK(to_string(HostKind::unknown) == "unknown");
    CHECK(to_string(HostKind::ip) == "ip");
    CHECK(to_string(HostKind::empty) == "empty");
}

}  // namespace
}  // namespace erp::traefik
