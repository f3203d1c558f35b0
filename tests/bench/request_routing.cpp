// What it costs to tell whose request a log entry is and of what kind: bench_request_routing
// [tenants, 300] [paths, 2000]
#include "exporters/traefik/routing/path_template.hpp"
#include "exporters/traefik/routing/request_numbers.hpp"
#include "exporters/traefik/routing/top_paths.hpp"
#include "exporters/traefik/routing/unmatched.hpp"
#include "exporters/traefik/routing/workload.hpp"
#include "exporters/traefik/traffic/ways.hpp"

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using erp::traefik::Entry;

struct Texts {
    std::string router;
    std::string service;
    std::string host;
};

/// Prints ns of processor time for each call.
void measure(const char* what,
             std::size_t calls,
             const std::function<std::size_t(std::size_t)>& call) {
    std::size_t sum = 0;
    const std::clock_t begun = std::clock();
    for (std::size_t i = 0; i < calls; ++i)
        sum += call(i);
    const double took = static_cast<double>(std::clock() - begun) * 1e9 / CLOCKS_PER_SEC;
    std::cout << what << ": " << took / static_cast<double>(calls) << " ns (" << sum % 10 << ")\n";
}

}  // namespace

int main(int count, char** arguments) {
    const std::size_t tenants = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 300;
    const std::size_t paths = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 2000;
    constexpr std::size_t kCalls = 5'000'000;

    std::vector<erp::Tenant> list;
    std::vector<Texts> texts;
    for (std::size_t i = 0; i < tenants; ++i) {
        list.push_back({.name = "tenant" + std::to_string(i)});
        texts.push_back({"websecure-odoo-" + list.back().name + "@file",
                         "odoo-" + list.back().name + "@file",
                         list.back().name + ".erp.example.com"});
    }
    const auto tenancy = std::make_shared<const erp::Tenancy>(
        std::move(list),
        std::vector<erp::TenantRule>{
            {erp::Dimension::router, "^odoo-([a-z0-9-]+?)(?:-ws|-im)?@", "$1"},
            {erp::Dimension::host, "^(?:www\\.)?([a-z0-9-]+)\\.erp\\.example\\.com$", "$1"},
            {erp::Dimension::service, "^odoo-([a-z0-9-]+)@", "$1"}});
    std::vector<Entry> entries;
    for (const Texts& text : texts) {
        Entry entry;
        entry.router = text.router;
        entry.service = text.service;
        entry.host = text.host;
        entry.entrypoint = "websecure";
        entries.push_back(entry);
    }
    std::vector<std::string> requests;
    for (std::size_t i = 0; i < paths; ++i) {
        const char* const starts[] = {"/web/dataset/call_kw/sale.order/web_search_read",
                                      "/web/image/", "/report/pdf/account.report_invoice/",
                                      "/shop/product-", "/web/assets/1/0c1d2e3/web.assets_"};
        requests.push_back(starts[i % 5] + (i % 5 == 0 ? std::string() : std::to_string(i)));
    }

    erp::traefik::Attribution attribution(tenancy);
    erp::traefik::Workloads workloads(erp::traefik::default_classes());
    erp::traefik::Ways ways;
    erp::traefik::Ledger ledger;
    measure("way, recent", kCalls, [&](std::size_t i) {
        const Entry& entry = entries[i % tenants];
        const auto way = ways.of(entry, attribution, [&] {
            const std::string_view tenant = attribution.tenant_of(entry);
            return erp::traefik::Way{.tenant = tenant, .places = ledger.places_of(entry, tenant)};
        });
        return way.tenant.size();
    });
    measure("class, recent", kCalls,
            [&](std::size_t i) { return std::size_t{workloads.class_of(requests[i % paths])}; });
    std::string path = "/shop/product-0000000";
    measure("class, each path new", kCalls / 10, [&](std::size_t i) {
        for (std::size_t at = path.size(); i > 0; i /= 10)
            path[--at] = static_cast<char>('0' + i % 10);
        return std::size_t{workloads.class_of(path)};
    });
    std::string host = "scan0000000.erp.example.com";
    measure("tenant, each host new", kCalls / 10, [&](std::size_t i) {
        for (std::size_t at = 11; i > 0; i /= 10)
            host[--at] = static_cast<char>('0' + i % 10);
        Entry entry;
        entry.host = host;
        return attribution.tenant_of(entry).size();
    });
    measure("probe", kCalls, [&](std::size_t i) {
        return static_cast<std::size_t>(erp::traefik::probe_of(requests[i % paths]));
    });
    erp::traefik::RequestNumbers numbers;
    constexpr std::int64_t kStart = 1'785'000'000'000'000'000;
    measure("request number", kCalls, [&](std::size_t i) {
        const auto start = kStart + static_cast<std::int64_t>(i) * 100'000;
        return static_cast<std::size_t>(numbers.see((i ^ 5U) + 1, start, start + 30'000'000));
    });
    erp::traefik::PathTemplates templates(erp::traefik::default_path_templates());
    erp::traefik::TopPaths top;
    measure("top path (opt-in)", kCalls / 10, [&](std::size_t i) {
        const std::string_view shown = templates.of(requests[i % paths]);
        top.add(texts[i % tenants].service, shown, 1, kStart);
        return shown.size();
    });
    std::cout << "kept: " << ways.memory() << " and " << workloads.memory() << " bytes\n";
}
