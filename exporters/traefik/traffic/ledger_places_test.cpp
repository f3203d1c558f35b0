#include "exporters/traefik/traffic/ledger_fixture.hpp"
#include "exporters/traefik/traffic/traffic_codec.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <utility>

namespace erp::traefik {
namespace {

TEST_CASE("ledger: places that are kept count as those that are found for each entry",
          "[traefik]") {
    Ledger kept;
    Ledger found;
    std::map<std::pair<std::string, std::string>, Ledger::Places> places;
    for (unsigned i = 0; i < 3'000; ++i) {
        const std::string router = "odoo-" + std::to_string(i * i % 23) + "@file";
        const std::string tenant = "t" + std::to_string(i % 5);
        Entry entry = answered();
        entry.router = router;
        if (i % 7 == 0) entry.status = 200 + static_cast<int>(i % 400);
        if (i % 11 == 0) entry.start.reset();
        const Judgement judgement = of_acme(i % 3 == 0 ? Cause::dial_error : Cause::origin,
                                            i % 3 == 0 ? Fault::backend : Fault::none);
        auto at = places.find({router, tenant});
        if (at == places.end())
            at = places.emplace(std::pair(router, tenant), kept.places_of(entry, tenant)).first;
        kept.count(entry, at->second, judgement);
        found.count(entry, found.places_of(entry, tenant), judgement);
    }
    std::string one;
    std::string other;
    encode(kept.traffic(), one);
    encode(found.traffic(), other);
    CHECK(one == other);
}

TEST_CASE("ledger: beyond the cap all is counted in one row, and times by their own labels",
          "[traefik]") {
    Ledger ledger;
    std::uint64_t requests = 0;
    for (unsigned service = 0; service <= Requests::kMost / 1'000; ++service) {
        for (unsigned router = 0; router < 1'000; ++router) {
            Entry entry = answered();
            const std::string names[] = {"r" + std::to_string(router),
                                         "s" + std::to_string(service)};
            entry.router = names[0];
            entry.service = names[1];
            count(ledger, entry, of_acme());
            ++requests;
        }
    }
    const Traffic now = ledger.traffic();
    REQUIRE(now.of<Requests>().size() == Requests::kMost + 1);
    CHECK(now.of<Requests>().back().cell.requests == requests - Requests::kMost);
    CHECK(now.of<Durations>().at(0).cell.counts[3] == requests);
}

TEST_CASE("ledger: a server counts without a start, and dates nothing then", "[traefik]") {
    Ledger ledger;
    Entry entry = answered();
    entry.start.reset();
    count(ledger, entry, of_acme());
    count(ledger, entry, of_acme(Cause::dial_error, Fault::backend));
    const Traffic now = ledger.traffic();
    CHECK(now.of<Servers>().at(0).cell.requests == 2);
    CHECK(now.of<Servers>().at(0).cell.errors == 1);
    CHECK(now.of<Servers>().at(0).cell.last_success == 0);
    CHECK(now.of<LastRequest>().empty());
}

}  // namespace
}  // namespace erp::traefik
