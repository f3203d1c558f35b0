// The families under Traefik's own names, beside what the same Traefik said after the same
// requests.
#include "exporters/traefik/traffic/reading.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>

namespace erp::traefik {
namespace {

std::string label(std::string_view line, const std::string& name) {
    const std::string before = name + "=\"";
    const std::size_t at = line.find(before) + before.size();
    return std::string(line.substr(at, line.find('"', at) - at));
}

using Services = std::map<std::string, std::set<std::string>>;  // by router

Services services_by_traefik(const std::string& version) {
    Services services;
    const Recording page(version + "/metrics.router-requests.txt");
    for (const std::string_view line : page.lines())
        services[label(line, "router")].insert(label(line, "service"));
    return services;
}

Services services_by_log(const std::string& version) {
    Reading reading({{}, true, false, false});
    reading.read(version + "/access.json.log");
    Services services;
    const Samples all = reading.samples();
    for (const auto& point : all.points()) {
        if (point.metric->name != "traefik_router_requests_total") continue;
        const std::string_view labels = all.labels(point);
        services[std::string(label_at(labels, 3))].insert(std::string(label_at(labels, 4)));
    }
    return services;
}

TEST_CASE("native families: the service of what Traefik answers itself is the router's",
          "[traefik]") {
    const Services by_traefik = services_by_traefik("3.7.15");
    std::set<std::string> differ;
    std::size_t same = 0;
    for (const auto& [router, services] : services_by_log("3.7.15")) {
        if (router.ends_with("@internal")) continue;
        CAPTURE(router);
        REQUIRE(by_traefik.contains(router));
        if (services == by_traefik.at(router)) {
            ++same;
        } else {
            for (const std::string& service : services)
                differ.insert(std::string(router).append(" ").append(service));
        }
    }
    CHECK(same > 20);
    const std::set<std::string> expected{
        // The log names the server's own service, not the one of services that chose it.
        "canary@file next@file", "canary@file stable@file", "failover@file odoo-acme@file",
        "mirrored@file stable@file", "parent@file stable@file",
        // An error page's service stands in the place of the one that failed.
        "websecure-mw-errpage@file errorpages@file",
        "websecure-mw-errpagedown@file errorpages@file",
        "websecure-mw-errpagenone@file errorpages@file",
        // No request of the recording came through to a service.
        "lb-hrw@file ", "lb-leasttime@file ", "lb-p2c@file ", "mw-plain@file ", "strict@file ",
        "websecure-mw-cors@file ", "websecure-mw-fwddown@file ", "websecure-mw-office@file ",
        "websecure-mw-old@file ", "websecure-odoo-hooli@file ", "websecure-odoo-initech@file "};
    CHECK(differ == expected);
}

}  // namespace
}  // namespace erp::traefik
