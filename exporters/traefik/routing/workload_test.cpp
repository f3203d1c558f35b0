#include "exporters/traefik/routing/workload.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

namespace erp::traefik {
namespace {

struct Recorded {
    const char* path;
    const char* name;
};

/// The paths of Traefik 3.7.15's recorded access logs, with the class of who drove them.
constexpr Recorded kRecorded[] = {
    {"/web/binary/upload", "attachment"},
    {"/web/binary/upload_attachment", "attachment"},
    {"/web/content/5512", "attachment"},
    {"/web/content/77", "attachment"},
    {"/web/content/78", "attachment"},
    {"/web/content/79", "attachment"},
    {"/web/content/80", "attachment"},
    {"/web/content/81", "attachment"},
    {"/web/content/82", "attachment"},
    {"/web/content/99", "attachment"},
    {"/web/image", "attachment"},
    {"/web/login", "auth"},
    {"/web/reset_password", "auth"},
    {"/websocket/health", "health"},
    {"/odoo/action-97", "interactive"},
    {"/odoo/sales", "interactive"},
    {"/web", "interactive"},
    {"/web/0", "interactive"},
    {"/web/1", "interactive"},
    {"/web/2", "interactive"},
    {"/web/3", "interactive"},
    {"/web/4", "interactive"},
    {"/web/5", "interactive"},
    {"/web/abs", "interactive"},
    {"/web/big", "interactive"},
    {"/web/dataset/call_button/account.move/action_post", "interactive"},
    {"/web/dataset/call_kw", "interactive"},
    {"/web/dataset/call_kw/a/b", "interactive"},
    {"/web/dataset/call_kw/sale.order/web_search_read", "interactive"},
    {"/web/dataset/call_kw/sale.order/x", "interactive"},
    {"/web/dataset/call_kw/sale.order/y", "interactive"},
    {"/web/dataset/call_kw/sale.order/z", "interactive"},
    {"/web/dataset/call_kw/stock.picking/read", "interactive"},
    {"/web/dav", "interactive"},
    {"/web/first", "interactive"},
    {"/web/open", "interactive"},
    {"/web/second", "interactive"},
    {"/web/slow", "interactive"},
    {"/web/x", "interactive"},
    {"/longpolling/poll", "longpolling"},
    {"/report/html/x", "report"},
    {"/report/pdf/account.report_invoice/8123", "report"},
    {"/report/pdf/stock/1", "report"},
    {"/web/export/csv", "report"},
    {"/web/export/xlsx", "report"},
    {"/json/2/res.partner", "rpc"},
    {"/jsonrpc", "rpc"},
    {"/payment/stripe/webhook", "rpc"},
    {"/", "site"},
    {"/%3Cscript%3Ealert%281%29%3C/script%3E", "site"},
    {"/.env", "site"},
    {"/a", "site"},
    {"/a%00b", "site"},
    {"/a%0D%0AGET%20/x", "site"},
    {"/a%22b", "site"},
    {"/a%22b%22", "site"},
    {"/a%2Fb", "site"},
    {"/a%5Cb", "site"},
    {"/a%5Cb%5C%22c", "site"},
    {"/a%7Cb%7Bc%7D%5E%60", "site"},
    {"/a%E2%80%A8b", "site"},
    {"/a%FF%FE", "site"},
    {"/a;jsession=1", "site"},
    {"/badchunk", "site"},
    {"/caf%C3%A9", "site"},
    {"/caf%C3%A9/%E2%82%AC", "site"},
    {"/erp.Stock/Reserve", "site"},
    {"/erp/web", "site"},
    {"/etc/passwd", "site"},
    {"/mail/stream", "site"},
    {"/metricz", "site"},
    {"/no/such/page", "site"},
    {"/odd", "site"},
    {"/old/page", "site"},
    {"/search", "site"},
    {"/shop", "site"},
    {"/shop/2", "site"},
    {"/shop/cart/quantity", "site"},
    {"/teapot", "site"},
    {"/wp-login.php", "site"},
    {"/x%22%20200%200%20%22-%22", "site"},
    {"/x%22,%22DownstreamStatus%22:200,%22x%22:%22", "site"},
    {"/zzz", "site"},
    {"/web/assets/1/0c1d2e3/web.assets_web.min.js", "static"},
    {"/web/assets/2/a/b.css", "static"},
    {"/web/static/img/favicon.ico", "static"},
    {"/websocket", "websocket"},
};

/// What the recordings do not have.
constexpr Recorded kMore[] = {
    {"/web/health", "health"},
    {"/longpolling/health", "health"},
    {"/web/healthy", "interactive"},
    {"/websocket/peek_notifications", "bus"},
    {"/websocket/on_closed", "bus"},
    {"/longpolling/im_status", "bus"},
    {"/bus/websocket_worker_bundle", "bus"},
    {"/report/barcode/Code128/1", "report"},
    {"/web/pivot/export_xlsx", "report"},
    {"/web/export/namelist", "interactive"},
    {"/account_reports/export", "report"},
    {"/xmlrpc/2/object", "rpc"},
    {"/xmlrpc/common", "rpc"},
    {"/json/1/res.partner/search", "rpc"},
    {"/payment/adyen/notify", "rpc"},
    {"/my/module/webhook/1", "rpc"},
    {"/website/static/src/img.png", "static"},
    {"/web/bundle/web.assets_backend", "static"},
    {"/favicon.ico", "static"},
    {"/robots.txt", "static"},
    {"/logo.png", "static"},
    {"/web/service-worker.js", "static"},
    {"/web/image/res.partner/7/avatar_128", "attachment"},
    {"/web/filestore/x", "attachment"},
    {"/web/database/manager", "dbmanager"},
    {"/web/session/authenticate", "auth"},
    {"/auth_oauth/signin", "auth"},
    {"/web/signup", "auth"},
    {"/odoo", "interactive"},
    {"/odoos", "site"},
    {"/pos/ui", "interactive"},
    {"/scoped_app/x", "interactive"},
    {"/web/action/load", "interactive"},
    {"/my/orders", "site"},
    {"*", "_other"},
    {"", "_other"},
    {"acme.erp.example:443", "_other"},
};

std::string class_of(Workloads& workloads, std::string_view path) {
    return workloads.classes().at(workloads.class_of(path)).name;
}

TEST_CASE("traefik workload: each recorded path has the class of who drove it", "[workload]") {
    Workloads workloads(default_classes());
    for (int round = 0; round < 2; ++round) {  // made, then kept
        for (const Recorded& recorded : kRecorded) {
            CAPTURE(recorded.path);
            CHECK(class_of(workloads, recorded.path) == recorded.name);
        }
        for (const Recorded& more : kMore) {
            CAPTURE(more.path);
            CHECK(class_of(workloads, more.path) == more.name);
        }
        CHECK(class_of(workloads, "/" + std::string(65'020, '%')) == "site");
    }
}

TEST_CASE("traefik workload: the classes say what is a connection and what counts", "[workload]") {
    const Workloads workloads(default_classes());
    std::string connections;
    std::string not_slo;
    for (const WorkloadClass& item : workloads.classes()) {
        if (item.connection) connections += item.name + " ";
        if (!item.slo) not_slo += item.name + " ";
    }
    CHECK(connections == "websocket longpolling ");
    CHECK(not_slo == "health dbmanager ");
    CHECK(workloads.classes().size() == kMostClasses + 1);
}

TEST_CASE("traefik workload: the first class that matches decides, and not each path has one",
          "[workload]") {
    Workloads workloads({{.name = "first", .path = "^/a"},
                         {.name = "second", .path = "b$"},
                         {.name = "third", .path = "^/[ab]"}});
    CHECK(class_of(workloads, "/ab") == "first");
    CHECK(class_of(workloads, "/b") == "second");
    CHECK(class_of(workloads, "/bc") == "third");
    CHECK(class_of(workloads, "/c") == "_other");
}

TEST_CASE("traefik workload: hostile paths get a class and hold no memory", "[workload]") {
    Workloads workloads(default_classes());
    std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same paths in each run
    for (int i = 0; i < 40'000; ++i) {
        std::string path = "/" + std::string(random() % 600, static_cast<char>(random()));
        path += std::to_string(random());
        CHECK(workloads.class_of(path) < workloads.classes().size());
    }
    CHECK(workloads.memory() < 2'000'000);
}

/// The classes that the option makes, or the errors of the file, one a line.
std::string read(const std::string& text, std::vector<WorkloadClass>& classes) {
    const ConfigDocument document = ConfigDocument::parse("f", text);
    auto root = document.root();
    REQUIRE(root);
    const auto value = root->get("classes");
    REQUIRE(value);
    read_classes(*value, classes);
    root->finish();
    std::string errors;
    for (const ConfigError& error : document.errors())
        errors += to_text(error) + "\n";
    return errors;
}

TEST_CASE("traefik workload: an operator defines the classes", "[workload]") {
    std::vector<WorkloadClass> classes = default_classes();
    CHECK(read("classes:\n"
               "  - {name: api, path: '^/api/', latency: request, slo: false}\n"
               "  - {name: stream, path: '^/events$', latency: connection}\n",
               classes)
              .empty());
    REQUIRE(classes.size() == 2);
    CHECK(classes[0].name == "api");
    CHECK(classes[0].path == "^/api/");
    CHECK_FALSE(classes[0].connection);
    CHECK_FALSE(classes[0].slo);
    CHECK(classes[1].connection);
    CHECK(classes[1].slo);
    Workloads workloads(std::move(classes));
    CHECK(class_of(workloads, "/events") == "stream");
}

TEST_CASE("traefik workload: what is wrong with a class is said with its line", "[workload]") {
    const auto errors = [](const std::string& text) {
        std::vector<WorkloadClass> classes;
        return read(text, classes);
    };
    CHECK(errors("classes:\n  - {name: a, path: '^/(a'}\n") ==
          "f:2: classes[0].path: not a valid pattern: missing ): ^/(a\n");
    CHECK(errors("classes:\n  - {name: a, pat: '^/'}\n") ==
          "f:2: classes[0]: path is required\nf:2: classes[0]: unknown key pat; did you mean "
          "path?\n");
    CHECK(
        errors("classes:\n  - {name: a b, path: '^/'}\n") ==
        "f:2: classes[0].name: a class's name is 1 to 32 letters, digits, _, . and -, not starting "
        "with _, found 'a b'\n");
    CHECK(errors("classes:\n  - {name: _other, path: '^/'}\n").find("not starting with _") !=
          std::string::npos);
    CHECK(errors("classes:\n  - {name: a, path: '^/'}\n  - {name: a, path: '^/b'}\n") ==
          "f:3: classes[1]: class a is on the list twice\n");
    CHECK(
        errors("classes:\n  - {name: a, path: '^/', latency: slow}\n").find("classes[0].latency") !=
        std::string::npos);
    CHECK(errors("classes: []\n") == "f:1: classes: expected 1 to 12 classes, found 0\n");
    std::string many = "classes:\n";
    for (int i = 0; i < 13; ++i)
        many += "  - {name: c" + std::to_string(i) + ", path: '^/'}\n";
    CHECK(errors(many) == "f:2: classes: expected 1 to 12 classes, found 13\n");
    CHECK(errors("classes:\n  - {name: a, path: '" + std::string(1001, 'a') + "'}\n") ==
          "f:2: classes[0].path: expected at most 1000 bytes of text\n");
}

}  // namespace
}  // namespace erp::traefik
