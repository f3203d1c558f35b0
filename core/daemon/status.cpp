#include "core/daemon/status.hpp"

#include <algorithm>
#include <utility>

namespace erp {
namespace {

using State = StatusPage::State;

StatusPage::Collector collector(const TargetStatus& status, std::size_t index) {
    const CollectorResult& result = status.results[index];
    StatusPage::Collector shown;
    shown.name = status.exporter->collectors[index]->name;
    if (!status.config->collectors[index].enabled) {
        shown.state = State::off;
        return shown;
    }
    if (result.state == CollectorResult::State::pending) return shown;
    shown.age = Clock::now() - result.at;
    shown.work = result.work;
    if (result.error) {
        shown.state = State::failed;
        shown.reason = to_string(result.error->phase);
    } else if (!status.up && status.last_error) {  // a watcher's answers without its server
        shown.state = State::failed;
        shown.reason = to_string(*status.last_error);
    } else if (result.unavailable != Unavailable::no) {
        shown.state = State::unavailable;
        shown.reason = to_string(result.unavailable);
    } else {
        shown.state = State::ok;
    }
    return shown;
}

StatusPage::Target target(const TargetStatus& status) {
    StatusPage::Target shown;
    shown.name = status.config->name;
    shown.exporter = status.config->exporter;
    shown.tenant = status.config->tenant;
    shown.labels = status.config->labels;
    shown.series = status.lines;
    shown.advice = status.advice;
    shown.age = status.age;
    if (status.asked) shown.took = status.took;
    for (std::size_t i = 0; i < status.results.size(); ++i) {
        shown.collectors.push_back(collector(status, i));
    }
    if (status.last_error) shown.reason = to_string(*status.last_error);
    if (!status.asked) {
        shown.state = State::pending;
    } else if (!status.up) {
        shown.state = State::failed;
    } else {
        const bool partial = std::ranges::any_of(
            shown.collectors, [](const auto& c) { return c.state == State::failed; });
        shown.state = partial ? State::partial : State::ok;
    }
    return shown;
}

}  // namespace

StatusPage status_of(const Scraper& scraper) {
    StatusPage page;
    page.now = std::chrono::system_clock::now();
    for (const TargetStatus& status : scraper.status())
        page.targets.push_back(target(status));
    for (const Tenant& tenant : scraper.tenancy()->tenants()) {
        page.tenants.push_back({tenant.name, tenant.customer, tenant.environment, tenant.tier});
    }
    for (const std::string& name : scraper.tenancy()->automatic_names())
        page.tenants.push_back({.name = name});
    return page;
}

}  // namespace erp
