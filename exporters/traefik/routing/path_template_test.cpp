#include "exporters/traefik/routing/path_template.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace erp::traefik {
namespace {

TEST_CASE("traefik path: of a path only words of a program stay", "[path_template]") {
    CHECK(generalised_path("/") == "/");
    CHECK(generalised_path("//") == "/");
    CHECK(generalised_path("/shop") == "/shop");
    CHECK(generalised_path("/shop/cart/update_json/") == "/shop/cart/update_json");
    CHECK(generalised_path("/xmlrpc/2/object") == "/xmlrpc/*/object");
    CHECK(generalised_path("/my/orders/4711") == "/my/orders/*");
    CHECK(generalised_path("/odoo/action-97/12/x/y/z") == "/odoo/*/*/x/*");
    CHECK(generalised_path("/shop/my-fine-chair-41") == "/shop/*");
    CHECK(generalised_path("/web/session/get_session_info") == "/web/session/get_session_info");
    CHECK(generalised_path("/.well-known/acme-challenge/Xy3_a") == "/.well-known/acme-challenge/*");
    CHECK(generalised_path("") == "*");
    CHECK(generalised_path("*") == "*");
    CHECK(generalised_path("acme.example:443") == "*");
}

TEST_CASE("traefik path: what identifies somebody does not", "[path_template]") {
    for (const std::string secret :
         {"123", "550e8400-e29b-41d4-a716-446655440000", "deadbeef", "cafebabe-word", "hunter2",
          "eyJhbGciOiJIUzI1NiJ9", "AbCdEfGh", "j%40acme", "user@acme.example", "M\xC3\xBCller",
          "zxcvbnmlkj", "abcdefghijklmnopqrstuvwxyz", "a b", "a\"b", "a\nb", "x=1",
          "aaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaa"}) {
        CAPTURE(secret);
        CHECK(generalised_path("/invite/" + secret + "/accept") == "/invite/*/accept");
    }
}

TEST_CASE("traefik path: the default templates show calls, reports and kinds of content",
          "[path_template]") {
    PathTemplates templates(default_path_templates());
    for (int round = 0; round < 2; ++round) {  // made, then kept
        CHECK(templates.of("/web/dataset/call_kw/sale.order/web_search_read") ==
              "/call_kw/sale.order/web_search_read");
        CHECK(templates.of("/web/dataset/call_button/account.move/action_post/x") ==
              "/call_button/account.move/action_post");
        CHECK(templates.of("/web/dataset/call_kw/l10n_mx.edi/read_group2") ==
              "/call_kw/l10n_mx.edi/read_group2");
        CHECK(templates.of("/web/dataset/call_kw/0a1b2c3d4e5f/read") == "/call_kw/*/read");
        CHECK(templates.of("/web/image/res.partner/7/avatar_128") == "/web/image/*");
        CHECK(templates.of("/web/content/5512?token=hunter2") == "/web/content/*");
        CHECK(templates.of("/web/assets/1/0c1d2e3/web.assets_web.min.js") == "/web/assets/*");
        CHECK(templates.of("/report/pdf/account.report_invoice/8123") ==
              "/report/pdf/account.report_invoice");
        CHECK(templates.of("/web/login") == "/web/login");
    }
}

TEST_CASE("traefik path: an operator's template cannot show what is no name", "[path_template]") {
    PathTemplates templates({{"^/doc/(.*)$", "/document/$1"}, {"^/t/([^/]*)/?(x)?", "/t/*/$1/$2"}});
    CHECK(templates.of("/doc/readme") == "/document/readme");
    CHECK(templates.of("/doc/Report3/550e8400-e29b-41d4-a716-446655440000") ==
          "/document/Report3/*");
    CHECK(templates.of("/doc/a%20b") == "/document/*");
    CHECK(templates.of("/t/12345") == "/t/*/*");
    const std::string long_name(60, 'a');
    CHECK(templates.of("/doc/" + long_name) == "/document/*");
}

TEST_CASE("traefik path: whatever the bytes, the text is short and of few characters",
          "[path_template]") {
    PathTemplates templates(default_path_templates());
    std::mt19937 random(8);  // NOLINT(cert-msc51-cpp): the same bytes in each run
    constexpr std::string_view kUsual = "/abcde.fgh_ijk-lmno%2AZ/web/call_kw/";
    for (int i = 0; i < 20'000; ++i) {
        std::string path = i % 3 == 0 ? "/web/dataset/call_kw/" : "/";
        const std::size_t size = random() % 200;
        while (path.size() < size)
            path +=
                random() % 10 != 0 ? kUsual[random() % kUsual.size()] : static_cast<char>(random());
        for (const std::string& text : {generalised_path(path), std::string(templates.of(path))}) {
            CHECK(!text.empty());
            CHECK(text.size() <= kLongestTemplate);
            CHECK(std::ranges::all_of(text, [](unsigned char c) {
                return (c < 128 && std::isalnum(c) != 0) ||
                       std::string_view("._/*-").find(static_cast<char>(c)) !=
                           std::string_view::npos;
            }));
        }
    }
    CHECK(templates.memory() < 2'000'000);
}

std::string read(const std::string& text, std::vector<PathTemplate>& templates) {
    const ConfigDocument document = ConfigDocument::parse("f", text);
    auto root = document.root();
    REQUIRE(root);
    const auto value = root->get("path_templates");
    REQUIRE(value);
    read_path_templates(*value, templates);
    std::string errors;
    for (const ConfigError& error : document.errors())
        errors += to_text(error) + "\n";
    return errors;
}

TEST_CASE("traefik path: an operator defines the templates", "[path_template]") {
    std::vector<PathTemplate> templates;
    CHECK(read("path_templates:\n  - ['^/api/([a-z]+)/.*', '/api/$1/*']\n", templates).empty());
    REQUIRE(templates.size() == 1);
    PathTemplates made(templates);
    CHECK(made.of("/api/orders/77") == "/api/orders/*");
    CHECK(read("path_templates: []\n", templates).empty());
    CHECK(templates.empty());
    const auto errors = [&](const std::string& text) { return read(text, templates); };
    CHECK(errors("path_templates:\n  - ['^/(a', '/a']\n") ==
          "f:2: path_templates[0]: not a valid pattern: missing ): ^/(a\n");
    CHECK(errors("path_templates:\n  - ['^/a', '/$1']\n") ==
          "f:2: path_templates[0]: $1 is used, but the pattern has 0 groups\n");
    CHECK(errors("path_templates:\n  - ['^/a']\n") ==
          "f:2: path_templates[0]: expected a pattern and what it is replaced by\n");
    CHECK(errors("path_templates:\n  - ['^/a', 'a']\n") ==
          "f:2: path_templates[0][1]: expected at most 100 bytes that begin with /\n");
}

}  // namespace
}  // namespace erp::traefik
