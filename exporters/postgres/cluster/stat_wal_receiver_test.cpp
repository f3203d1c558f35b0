#include "exporters/postgres/cluster/stat_wal_receiver.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(const Rows& rows) {
    auto samples = stat_wal_receiver_samples(rows, {});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("stat_wal_receiver: a standby says where it is, a primary nothing", "[postgres]") {
    const std::string text = page(recorded("15/standby/stat_wal_receiver"));
    const std::string labels =
        R"({upstream_host="127.0.0.1",slot_name="standby",status="streaming"} )";
    CHECK(has_line(text, "pg_stat_wal_receiver_receive_start_lsn" + labels + "50331648"));
    CHECK(has_line(text, "pg_stat_wal_receiver_flushed_lsn" + labels + "76429872"));
    CHECK(has_line(text, "pg_stat_wal_receiver_received_tli" + labels + "1"));
    CHECK(has_line(text, "pg_stat_wal_receiver_last_msg_send_time" + labels + "1795561746.422741"));
    CHECK(text.find("upstream_node") == std::string::npos);
    CHECK(page(rows_of("")).empty());
}

TEST_CASE("stat_wal_receiver: a standby without a slot is shown, and repmgr's nodes are",
          "[postgres]") {
    const std::string rest = "\tstreaming\t1\t1\t2\t1\t5\t6\t2\t7\t";
    const std::string without = page(rows_of("db1\t\\N" + rest + "\\N\n"));
    CHECK(has_line(without, R"(pg_stat_wal_receiver_flushed_lsn{upstream_host="db1",slot_name="",)"
                            R"(status="streaming"} 2)"));
    const std::string node = page(rows_of("db1\trepmgr_slot_4" + rest + "4\n"));
    CHECK(has_line(node, R"(pg_stat_wal_receiver_upstream_node{upstream_host="db1",)"
                         R"(slot_name="repmgr_slot_4",status="streaming"} 4)"));
}

}  // namespace
}  // namespace erp::postgres
