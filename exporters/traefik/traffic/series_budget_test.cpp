// How many lines a host of many tenants puts on the page, and what `histograms` changes of them.
#include "exporters/traefik/collectors.hpp"
#include "exporters/traefik/traffic/ledger.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace erp::traefik {
namespace {

constexpr std::size_t kBudget = 50'000;  // limits.series_per_target, unless configured

struct Visit {
    std::string_view workload;
    int status = 200;
    unsigned every = 1;  ///< tenants, of which one does it
};
/// What a month of an Odoo tenant holds: all that its web client does, and of the rest something.
constexpr Visit kVisits[] = {
    {"interactive"},     {"interactive", 303},  {"interactive", 502, 5}, {"static"},
    {"static", 304},     {"attachment"},        {"attachment", 304, 2},  {"auth"},
    {"auth", 303},       {"websocket", 0},      {"bus", 200, 2},         {"site", 200, 2},
    {"site", 404, 3},    {"report", 200, 3},    {"rpc", 200, 5},         {"longpolling", 200, 10},
    {"health", 200, 20}, {"dbmanager", 403, 20}};

class Host {
  public:
    explicit Host(bool full = false) : full_(full), ledger_({false, full}) {}

    void visit(unsigned tenant, const Visit& about) {
        const std::string name = "tenant" + std::to_string(tenant);
        const bool socket = about.workload == "websocket" || about.workload == "longpolling";
        const std::string router = "odoo-" + name + (socket ? "-ws" : "") + "@docker";
        const std::string server =
            "10.0.0." + std::to_string(tenant) + (socket ? ":8072" : ":8069");
        Entry entry;
        entry.start = 1'000'000 * bounds::kSecond;
        entry.duration = 70 * bounds::kSecond;
        entry.origin_duration = 69 * bounds::kSecond;
        entry.status = about.status;
        entry.entrypoint = "websecure";
        entry.router = entry.service = router;
        entry.server = server;
        entry.protocol = "HTTP/2.0";
        Judgement judgement;
        judgement.workload = about.workload;
        judgement.lives = socket;
        judgement.promised = bounds::kSecond;
        if (about.workload == "websocket") judgement.outcome = {Cause::upgraded, Fault::none};
        if (about.status == 502) judgement.outcome = {Cause::dial_error, Fault::backend};
        ledger_.count(entry, ledger_.places_of(entry, name), judgement);
    }
    void all_visits(unsigned tenants) {
        for (unsigned tenant = 0; tenant < tenants; ++tenant) {
            for (const Visit& about : kVisits)
                if (tenant % about.every == 0) visit(tenant, about);
        }
    }
    void restart(bool full) {
        const Traffic before = ledger_.traffic();
        full_ = full;
        ledger_ = Ledger({false, full});
        REQUIRE(ledger_.restore(before));
    }
    Samples samples() {
        const Counted counted{
            std::make_shared<const Traffic>(ledger_.traffic()), {}, {}, {}, full_};
        Samples all;
        for (const Collector* collector : collectors())
            collector->add(counted, all);
        return all;
    }
    std::size_t lines() {
        std::size_t lines = 0;
        const Samples all = samples();
        for (const auto& point : all.points()) {
            const Distribution* shown = all.distribution(point);
            lines += shown != nullptr ? shown->steps.size() + 3 : 1;  // +Inf, sum and count
        }
        return lines;
    }
    /// Labels and counts of a family of histograms.
    std::map<std::string, std::uint64_t> counts(std::string_view family) {
        std::map<std::string, std::uint64_t> found;
        const Samples all = samples();
        for (const auto& point : all.points()) {
            if (point.metric->name != family) continue;
            std::string labels;
            for (std::size_t i = 0; i < point.metric->labels.size(); ++i)
                labels += std::string(label_at(all.labels(point), i)) + "|";
            found[labels] += all.distribution(point)->count;
        }
        return found;
    }

  private:
    bool full_;
    Ledger ledger_;
};

constexpr std::string_view kDuration = "traefik_accesslog_request_duration_seconds";
constexpr std::string_view kUpstream = "traefik_accesslog_upstream_duration_seconds";
using Counts = std::map<std::string, std::uint64_t>;

TEST_CASE("series: 300 tenants fit the budget of a target, with room", "[traefik]") {
    Host host;
    host.all_visits(300);
    CHECK(host.lines() < kBudget * 9 / 10);
    Host full(true);
    full.all_visits(300);
    CHECK(full.lines() > 2 * kBudget);
}

TEST_CASE("series: of brief latencies only failures have a status class", "[traefik]") {
    Host host;
    host.visit(1, {"interactive", 200});
    host.visit(1, {"interactive", 303});
    host.visit(1, {"interactive", 502});
    CHECK(host.counts(kDuration) ==
          Counts{{"tenant1|interactive||", 2}, {"tenant1|interactive|5xx|", 1}});
    CHECK(host.counts(kUpstream) == Counts{{"tenant1|||", 3}});
    // TraefikRequestsKilled and TraefikOverhead ask for these bounds.
    const Samples all = host.samples();
    for (const auto& point : all.points()) {
        const Distribution* shown = all.distribution(point);
        if (shown == nullptr ||
            point.metric->name == "traefik_accesslog_connection_duration_seconds")
            continue;
        const double bound = point.metric->name == "traefik_accesslog_overhead_seconds" ? 0.1 : 60;
        CHECK(std::ranges::count(shown->steps, bound, &Distribution::Step::bound) == 1);
    }
}

TEST_CASE("series: what was kept in full goes on in brief, and no less of it", "[traefik]") {
    Host host(true);
    host.visit(1, {"interactive", 200});
    host.visit(1, {"interactive", 303});
    host.visit(1, {"interactive", 502});
    host.visit(1, {"report", 200});
    CHECK(host.counts(kDuration).at("tenant1|interactive|2xx|") == 1);
    CHECK(host.counts(kUpstream).at("tenant1|report|odoo-tenant1@docker|") == 1);
    host.restart(false);
    host.visit(1, {"interactive", 200});
    CHECK(host.counts(kDuration) == Counts{{"tenant1|interactive||", 3},
                                           {"tenant1|interactive|5xx|", 1},
                                           {"tenant1|report||", 1}});
    CHECK(host.counts(kUpstream) == Counts{{"tenant1|||", 5}});
}

}  // namespace
}  // namespace erp::traefik
