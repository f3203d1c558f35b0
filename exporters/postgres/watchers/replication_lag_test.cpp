#include "exporters/postgres/watchers/replication_lag.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

WalPositions positions(const std::string& name) {
    auto seen = to_positions(recorded(name));
    REQUIRE(seen.has_value());
    return *seen;
}

/// A primary of which a standby has all but what `behind` says.
WalPositions primary(Lsn end, Lsn reached) {
    WalPositions seen;
    seen.origin = {"7", 1};
    seen.end = end;
    seen.standbys = {{"s1", "10.0.0.2/32", {end, end, end, reached}, {}}};
    return seen;
}

TEST_CASE("replication lag: of a recorded primary, its standby and its slots", "[postgres]") {
    Primaries primaries;
    LagSampler sampler(primaries, 3s);
    const auto now = Clock::now();
    sampler.add(positions("15/replication_lag"), now - 1s);
    sampler.add(positions("15/replication_lag"), now);
    const std::string page = page_of(sampler.samples());
    const auto standby = [](std::string_view name, std::string_view stage, std::string_view value) {
        return std::string("pg_replication_standby_")
            .append(name)
            .append(R"({application_name="standby1",client_addr="",stage=")")
            .append(stage)
            .append("\"} ")
            .append(value);
    };
    CHECK(has_line(page, standby("lag_bytes", "sent", "0")));
    CHECK(has_line(page, standby("lag_bytes", "replay", "2873520")));
    CHECK(has_line(page, standby("lag_seconds", "flush", "0")));
    CHECK(has_line(page, standby("lag_seconds", "replay", "1")));
    CHECK(has_line(page, standby("reported_lag_seconds", "replay", "4.11361")));
    CHECK(has_line(page, R"(pg_replication_slot_lag_seconds{slot_name="gone",slot_type="physical",)"
                         R"(datname=""} 1)"));
    CHECK(has_line(page,
                   R"(pg_replication_slot_inactive_seconds{slot_name="gone",slot_type="physical",)"
                   R"(datname=""} 1)"));
    CHECK(has_line(page, R"(pg_replication_slot_inactive_seconds{slot_name="from_acme",)"
                         R"(slot_type="logical",datname="acme"} 0)"));
    CHECK(page.find("upstream") == std::string::npos);
    CHECK(page.find("receive_replay") == std::string::npos);
}

TEST_CASE("replication lag: a recorded standby is compared with its recorded primary",
          "[postgres]") {
    Primaries primaries;
    LagSampler main(primaries, 3s);
    LagSampler standby(primaries, 3s);
    const auto now = Clock::now();
    for (const auto ago : {2s, 1s, 0s}) {
        main.add(positions("15/replication_lag"), now - ago);
        standby.add(positions("15/standby/replication_lag"), now - ago);
    }
    const std::string page = page_of(standby.samples());
    CHECK(has_line(page, "pg_replication_upstream_lag_bytes 2873520"));
    CHECK(has_line(page, "pg_replication_upstream_lag_seconds 2"));
    CHECK(has_line(page, "pg_replication_receive_replay_lag_seconds 2"));
}

TEST_CASE(
    "replication lag: a standby that reads an archive is behind its primary, not its receiver",
    "[postgres]") {
    Primaries primaries;
    LagSampler main(primaries, 3s);
    LagSampler standby(primaries, 3s);
    const auto now = Clock::now();
    WalPositions seen;
    seen.origin = {"7", 1};
    seen.standby = true;
    seen.end = seen.replayed = 4000;
    main.add(primary(5000, 5000), now);
    standby.add(seen, now);
    const std::string page = page_of(standby.samples());
    CHECK(has_line(page, "pg_replication_upstream_lag_bytes 1000"));
    CHECK(page.find("receive_replay") == std::string::npos);
}

TEST_CASE("replication lag: since version 17 the server knows since when a slot is unused",
          "[postgres]") {
    Primaries primaries;
    LagSampler sampler(primaries, 3s);
    sampler.add(positions("18/replication_lag"), Clock::now());
    CHECK(has_line(page_of(sampler.samples()),
                   R"(pg_replication_slot_inactive_seconds{slot_name="gone",slot_type="physical",)"
                   R"(datname=""} 6.73802)"));
}

TEST_CASE("replication lag: an unused slot's time begins anew when it was used", "[postgres]") {
    Primaries primaries;
    LagSampler sampler(primaries, 3s);
    const auto start = Clock::now();
    WalPositions seen = primary(100, 100);
    seen.slots = {{"s", "physical", "", 100, false, {}}};
    const auto inactive = [&](bool active, Clock::time_point at) {
        seen.slots[0].active = active;
        sampler.add(seen, at);
        const Samples samples = sampler.samples();
        double value = -1;
        for (const auto& point : samples.points()) {
            if (point.metric == &kSlotInactive) value = point.value;
        }
        return value;
    };
    CHECK(inactive(false, start) == 0);
    CHECK(inactive(false, start + 5s) == 5);
    CHECK(inactive(true, start + 6s) == 0);
    CHECK(inactive(false, start + 7s) == 0);
    CHECK(inactive(false, start + 9s) == 2);
}

TEST_CASE("replication lag: a promoted standby is a primary to its standbys at once",
          "[postgres]") {
    Primaries primaries;
    LagSampler sampler(primaries, 3s);
    const auto now = Clock::now();
    WalPositions seen = primary(5000, 5000);
    seen.standby = true;
    seen.replayed = 4000;
    sampler.add(seen, now - 2s);
    CHECK_FALSE(primaries.behind({"7", 1}, 4000, now).has_value());
    seen = primary(4500, 4000);  // what it had not received is lost
    seen.origin.timeline = 2;
    sampler.add(seen, now);
    CHECK(primaries.behind({"7", 1}, 4000, now)->bytes == 500);
    const std::string page = page_of(sampler.samples());
    CHECK(has_line(page, R"(pg_replication_standby_lag_bytes{application_name="s1",)"
                         R"(client_addr="10.0.0.2/32",stage="replay"} 500)"));
    CHECK(page.find("receive_replay") == std::string::npos);
}

TEST_CASE("replication lag: a standby whose link is cut is still of the timeline it followed",
          "[postgres]") {
    Primaries primaries;
    LagSampler promoted(primaries, 3s);
    LagSampler sampler(primaries, 3s);
    const auto now = Clock::now();
    WalPositions ahead = primary(5000, 5000);
    ahead.origin.timeline = 2;
    promoted.add(ahead, now);
    LagSampler silent(primaries, 3s);  // the primary before it, which does not answer any more
    silent.add(primary(4900, 4900), now - 60s);
    WalPositions seen = primary(4000, 4000);
    seen.standby = true;
    seen.replayed = 4000;
    seen.origin.timeline = 2;  // as its receiver says
    sampler.add(seen, now - 1s);
    seen.origin.timeline = 1;  // as the control file says
    sampler.add(seen, now);
    CHECK(has_line(page_of(sampler.samples()), "pg_replication_upstream_lag_bytes 1000"));
}

TEST_CASE("replication lag: another cluster at the address has no past", "[postgres]") {
    Primaries primaries;
    LagSampler sampler(primaries, 3s);
    const auto now = Clock::now();
    sampler.add(primary(100, 100), now - 60s);
    WalPositions other = primary(9000, 500);
    other.origin.system = "8";
    sampler.add(other, now);
    CHECK(has_line(page_of(sampler.samples()),
                   R"(pg_replication_standby_lag_seconds{application_name="s1",)"
                   R"(client_addr="10.0.0.2/32",stage="replay"} 0)"));
}

TEST_CASE("replication lag: who may not see where a standby is has no lag of it", "[postgres]") {
    const Rows rows = rows_of(
        "server\t7\t\\N\t\\N\t0\t1\t100\t\\N\t\\N\t\\N\t\\N\t\\N\n"
        "standby\ts1\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t1\n");
    const auto seen = to_positions(rows);
    REQUIRE(seen.has_value());
    CHECK(seen->hidden);
    Primaries primaries;
    LagSampler sampler(primaries, 3s);
    sampler.add(*seen, Clock::now());
    CHECK(sampler.samples().empty());
    CHECK(to_positions(rows_of("x")).has_error());
}

}  // namespace
}  // namespace erp::postgres
