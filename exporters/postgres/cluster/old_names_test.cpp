#include "exporters/postgres/cluster/old_names.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/cluster/replication.hpp"
#include "exporters/postgres/cluster/replication_slots.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(const Collector& collector, std::string_view rows, bool old_names) {
    auto samples = collector.parse(rows_of(rows), {.page = {.old_names = old_names}});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("old_names: slots are shown under both names, or only the new one", "[postgres]") {
    const std::string_view slot =
        "feed\tlogical\tacme\tt\t500\t40\t460\t1000\treserved\t\\N\t\\N\t\\N\n";
    const std::string both = page(kReplicationSlots, slot, true);
    const auto line = [](std::string name, std::string_view what, std::string_view rest) {
        return name.append(what).append(R"({slot_name="feed",slot_type="logical")").append(rest);
    };
    for (const char* prefix : {"pg_replication_slot_", "pg_replication_slots_"}) {
        CHECK(has_line(both, line(prefix, "slot_is_active", "} 1")));
        CHECK(has_line(both, line(prefix, "slot_current_wal_lsn", "} 500")));
        CHECK(has_line(both, line(prefix, "slot_confirmed_flush_lsn", "} 460")));
        CHECK(has_line(both, line(prefix, "safe_wal_size_bytes", "} 1000")));
        CHECK(has_line(both, line(prefix, "wal_status", R"(,wal_status="reserved"} 1)")));
    }
    CHECK(page(kReplicationSlots, slot, false).find("pg_replication_slot_slot_") ==
          std::string::npos);
}

TEST_CASE("old_names: the lag has its name without a unit, too", "[postgres]") {
    const std::string_view standby = "3.5\t1\t4.5\t1\t0\t0\t1795522708.4\t1795522709\t0\n";
    CHECK(has_line(page(kReplication, standby, true), "pg_replication_lag 3.5"));
    CHECK(page(kReplication, standby, false).find("pg_replication_lag ") == std::string::npos);
}

}  // namespace
}  // namespace erp::postgres
