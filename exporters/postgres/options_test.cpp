#include "exporters/postgres/options.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp::postgres {
namespace {

/// "local", "remote" or what is wrong with the entry.
std::string place_of(const std::string& entry) {
    const ConfigDocument document = ConfigDocument::parse("f.yml", entry);
    auto root = document.root();
    REQUIRE(root);
    const TargetOptions options = read_target_options(*root);
    root->finish();
    if (!document.errors().empty()) return document.errors().front().text;
    return options.page.local ? "local" : "remote";
}

TEST_CASE("options: a server is local by its address unless told", "[postgres]") {
    CHECK(place_of("address: /run/postgresql") == "local");
    CHECK(place_of("address: '/run/postgresql:5433'\nlocal: auto") == "local");
    CHECK(place_of("address: '127.0.0.1:5432'") == "remote");
    CHECK(place_of("address: '127.0.0.1:5432'\nlocal: on") == "local");
    CHECK(place_of("address: /run/postgresql\nlocal: off") == "remote");
    CHECK(place_of("address: db\nlocal: maybe") != "remote");
    CHECK(place_of("address: db\nlocal: maybe") != "local");
}

}  // namespace
}  // namespace erp::postgres
