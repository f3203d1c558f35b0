#include "exporters/traefik/routing/workload.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace erp::traefik {
namespace {

constexpr std::size_t kLongestName = 32;
constexpr std::size_t kLongestPattern = 1000;

std::vector<std::string> paths_of(const std::vector<WorkloadClass>& classes) {
    std::vector<std::string> paths;
    paths.reserve(classes.size());
    for (const WorkloadClass& item : classes)
        paths.push_back(item.path);
    return paths;
}

void read_name(const ConfigValue& value, std::string& into) {
    const auto name = value.text();
    if (!name) return;
    if (is_word(*name, kLongestName) && name->front() != '_') {
        into = *name;
    } else {
        value.fail(
            "a class's name is 1 to 32 letters, digits, _, . and -, not starting with _, "
            "found " +
            value.shown());
    }
}

void read_path(const ConfigValue& value, std::string& into) {
    const auto path = value.text();
    if (!path) return;
    if (path->size() > kLongestPattern) {
        value.fail("expected at most 1000 bytes of text");
    } else if (auto problem = Patterns::problem(*path)) {
        value.fail(*std::move(problem));
    } else {
        into = *path;
    }
}

std::optional<WorkloadClass> read_class(const ConfigValue& value) {
    constexpr std::string_view kLatencies[] = {"request", "connection"};
    auto map = value.map();
    if (!map) return std::nullopt;
    WorkloadClass made;
    if (const auto name = map->require("name")) read_name(*name, made.name);
    if (const auto path = map->require("path")) read_path(*path, made.path);
    if (const auto latency = map->get("latency")) {
        made.connection = latency->choice(kLatencies) == "connection";
    }
    if (const auto slo = map->get("slo")) made.slo = slo->boolean().value_or(true);
    map->finish();
    return made;
}

}  // namespace

std::vector<WorkloadClass> default_classes() {
    return {
        {.name = "health", .path = "^/(web|websocket|longpolling)/health$", .slo = false},
        {.name = "websocket", .path = "^/websocket$", .connection = true},
        {.name = "longpolling", .path = "^/longpolling/poll$", .connection = true},
        {.name = "bus", .path = "^/(websocket|longpolling|bus)/"},
        {.name = "report",
         .path = "^/report/(pdf|html|text|download|barcode)|"
                 "^/web/(export/(csv|xlsx)$|pivot/export_xlsx)|^/account_reports"},
        {.name = "rpc",
         .path = "^/(jsonrpc$|xmlrpc/(2/)?(common|object|db|report)|json/)|"
                 "^/payment/[^/]+/(webhook|notify|callback)|/webhook"},
        {.name = "static",
         .path = "^/(web/(assets|bundle)/|[^/]+/static/|web/(manifest|service-worker)|"
                 "favicon\\.ico|robots\\.txt|logo(\\.png)?$)"},
        {.name = "attachment", .path = "^/web/(content|image|filestore|binary)"},
        {.name = "dbmanager", .path = "^/web/database/", .slo = false},
        {.name = "auth", .path = "^/web/(login|session/|reset_password|signup)|^/auth_"},
        {.name = "interactive",
         .path = "^/(web/(dataset/call_(kw|button)|dataset/|action/|webclient/|view/|domain/)|"
                 "web$|web/|odoo(/|$)|pos/|scoped_app)"},
        {.name = "site", .path = "^/"},
    };
}

void read_classes(const ConfigValue& value, std::vector<WorkloadClass>& into) {
    const auto items = value.list();
    if (!items) return;
    if (items->empty() || items->size() > kMostClasses) {
        value.fail("expected 1 to 12 classes, found " + std::to_string(items->size()));
        return;
    }
    std::vector<WorkloadClass> classes;
    for (const ConfigValue& item : *items) {
        auto made = read_class(item);
        if (!made) continue;
        const bool twice =
            !made->name.empty() && std::ranges::any_of(classes, [&](const WorkloadClass& earlier) {
                return earlier.name == made->name;
            });
        if (twice) item.fail("class " + made->name + " is on the list twice");
        classes.push_back(*std::move(made));
    }
    into = std::move(classes);
}

Workloads::Workloads(std::vector<WorkloadClass> classes)
    : classes_(std::move(classes)), patterns_(paths_of(classes_)) {
    classes_.push_back({.name = std::string(kOtherClass)});
}

std::uint8_t Workloads::class_of(std::string_view path) {
    return recent_.get(path, [&] {
        const std::size_t other = classes_.size() - 1;
        if (path.empty()) return static_cast<std::uint8_t>(other);
        return static_cast<std::uint8_t>(patterns_.first_match(path).value_or(other));
    });
}

}  // namespace erp::traefik
