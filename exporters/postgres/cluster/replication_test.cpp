// What the collectors of replication, WAL and long operations make of replies that differ by
// version.
#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/cluster/archiver.hpp"
#include "exporters/postgres/cluster/progress.hpp"
#include "exporters/postgres/cluster/replication_slots.hpp"
#include "exporters/postgres/cluster/stat_io.hpp"
#include "exporters/postgres/cluster/stat_replication.hpp"
#include "exporters/postgres/cluster/subscriptions.hpp"
#include "exporters/postgres/cluster/wal_generation.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(const Collector& collector, const Rows& rows) {
    auto samples = collector.parse(rows, {});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("standbys: none is a zero only where a slot waits for one", "[postgres]") {
    const std::string nobody = "\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t";
    CHECK(has_line(page(kStatReplication, rows_of(nobody + "1\n")),
                   R"(pg_replication_standbys{state="streaming",sync_state=""} 0)"));
    CHECK(page(kStatReplication, rows_of(nobody + "0\n")).find("\npg_replication_standbys{") ==
          std::string::npos);
    const std::string one = page(kStatReplication, recorded("15/stat_replication"));
    CHECK(has_line(one, R"(pg_replication_standbys{state="streaming",sync_state="async"} 1)"));
    CHECK(one.find("\npg_replication_subscribers{") == std::string::npos);
}

TEST_CASE("standbys: who receives decoded changes is none", "[postgres]") {
    const std::string subscriber = "s\t\\N\tstreaming\ts\tasync\t2\t2\t0\t5\t0\t";
    const std::string alone = page(kStatReplication, rows_of(subscriber + "0\n"));
    CHECK(has_line(alone, R"(pg_replication_subscribers{state="streaming",sync_state="async"} 2)"));
    CHECK(alone.find("\npg_replication_standbys{") == std::string::npos);
    CHECK(has_line(page(kStatReplication, rows_of(subscriber + "1\n")),
                   R"(pg_replication_standbys{state="streaming",sync_state=""} 0)"));
}

TEST_CASE("standbys: who stores the WAL or a base backup is none", "[postgres]") {
    // Three of one name, of which one is a standby.
    const std::string streaming = page(
        kStatReplication, rows_of("barman\t\\N\tstreaming\t\\N\tasync\t3\t0\t2\t5\t0\t0\n"
                                  "pg_basebackup\t\\N\tbackup\t\\N\tasync\t1\t0\t1\t5\t\\N\t0\n"));
    CHECK(
        has_line(streaming, R"(pg_replication_standbys{state="streaming",sync_state="async"} 1)"));
    CHECK(
        has_line(streaming, R"(pg_replication_receivers{state="streaming",sync_state="async"} 2)"));
    CHECK(has_line(streaming, R"(pg_replication_receivers{state="backup",sync_state="async"} 1)"));
    CHECK(streaming.find(R"(pg_replication_standbys{state="backup")") == std::string::npos);
}

TEST_CASE("slots: what they keep, and why one is of no more use", "[postgres]") {
    const std::string newest = page(kReplicationSlots, recorded("18/replication_slots"));
    CHECK(has_line(newest,
                   R"(pg_replication_slot_retained_bytes{slot_name="gone",slot_type="physical",)"
                   R"(datname=""} 29951528)"));
    CHECK(has_line(newest, R"(pg_replication_slot_xmin_age_transactions{slot_name="standby_slot",)"
                           R"(slot_type="physical",datname=""} 4)"));
    CHECK(has_line(newest,
                   R"(pg_replication_slot_catalog_xmin_age_transactions{slot_name="from_acme",)"
                   R"(slot_type="logical",datname="acme"} 10)"));
    CHECK(newest.find("\npg_replication_slot_invalidated{") == std::string::npos);
    const std::string lost =
        page(kReplicationSlots,
             rows_of("s\tphysical\t\\N\tf\t500\t\\N\t\\N\t\\N\tlost\t77\t88\twal_removed\n"));
    CHECK(has_line(lost, R"(pg_replication_slot_invalidated{slot_name="s",slot_type="physical",)"
                         R"(datname="",reason="wal_removed"} 1)"));
    CHECK(lost.find("\npg_replication_slot_retained_bytes{") == std::string::npos);
    CHECK(lost.find("_age_transactions{") == std::string::npos);  // vacuum passes it
}

TEST_CASE("subscriptions: errors and conflicts appear with the version that counts them",
          "[postgres]") {
    const std::string oldest = page(kSubscriptions, recorded("13/subscriptions"));
    CHECK(has_line(oldest, R"(pg_subscription_worker_up{subname="from_acme",datname="globex"} 1)"));
    CHECK(has_line(oldest, R"(pg_subscription_enabled{subname="from_acme",datname="globex"} 1)"));
    CHECK(oldest.find("errors_total") == std::string::npos);
    const std::string newest = page(kSubscriptions, recorded("18/subscriptions"));
    CHECK(has_line(
        newest, R"(pg_subscription_apply_errors_total{subname="from_acme",datname="globex"} 0)"));
    CHECK(has_line(newest,
                   R"(pg_subscription_conflicts_total{subname="from_acme",datname="globex",)"
                   R"(type="multiple_unique_conflicts"} 0)"));
}

TEST_CASE("WAL: version 13 counts by its position, and a standby of it not at all", "[postgres]") {
    const std::string primary = page(kWalGeneration, recorded("13/wal_generation"));
    CHECK(has_line(primary, "pg_wal_generated_bytes_total 54376600"));
    CHECK(primary.find("fpi") == std::string::npos);
    CHECK(page(kWalGeneration, recorded("13/standby/wal_generation")).empty());
}

TEST_CASE("archiver: without archive_mode nothing waits and nothing fails", "[postgres]") {
    CHECK(page(kArchiver, rows_of("\\N\t\\N\t\\N\t\\N\n")).empty());
    CHECK(has_line(page(kArchiver, recorded("15/archiver")), "pg_archiver_failing 1"));
}

TEST_CASE("stat_io: cells that a kind of process does not have are absent", "[postgres]") {
    CHECK(kStatIo.statement({.version = 150000, .address = {}}).empty());
    const std::string first = page(kStatIo, recorded("16/stat_io"));
    CHECK(has_line(first, R"(pg_stat_io_read_bytes_total{backend_type="autovacuum launcher",)"
                          R"(object="relation",context="normal"} 8192)"));
    CHECK(has_line(first, R"(pg_stat_io_read_seconds_total{backend_type="autovacuum launcher",)"
                          R"(object="relation",context="normal"} 2.6000000000000002e-05)"));
    CHECK(first.find(R"(extends_total{backend_type="autovacuum launcher")") == std::string::npos);
    const std::string newest = page(kStatIo, recorded("18/stat_io"));
    const std::string wal = R"({backend_type="checkpointer",object="wal",context="normal"})";
    CHECK(newest.find("pg_stat_io_writes_total" + wal) != std::string::npos);
    // track_wal_io_timing is off.
    CHECK(newest.find("pg_stat_io_write_seconds_total" + wal) == std::string::npos);
}

TEST_CASE("progress: a share is there only where the whole is known", "[postgres]") {
    const std::string text = page(
        kProgress,
        rows_of(
            "basebackup\t\\N\tstreaming database files\t1\t0.25\ncopy\tacme\tcopy to\t2\t\\N\n"));
    CHECK(has_line(text, R"(pg_progress_done_ratio{operation="basebackup",datname="",)"
                         R"(phase="streaming database files"} 0.25)"));
    CHECK(has_line(text,
                   R"(pg_progress_operations{operation="copy",datname="acme",phase="copy to"} 2)"));
    CHECK(text.find(R"(done_ratio{operation="copy")") == std::string::npos);
}

}  // namespace
}  // namespace erp::postgres
