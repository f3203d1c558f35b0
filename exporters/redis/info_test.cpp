#include "exporters/redis/info.hpp"

#include "core/metrics/page_families.hpp"
#include "exporters/redis/collectors.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace erp::redis {
namespace {

/// The page of all INFO collectors.
std::string page_of_info(const std::string& reply) {
    const Info info = Info::parse(reply);
    std::string page = "\n";
    for (const Collector* collector : collectors()) {
        if (collector->parse == nullptr) continue;
        Result<Samples> samples = collector->parse(info);
        if (!samples) continue;
        for (const Samples::Point& point : samples->points()) {
            bool declared = false;
            for (const Metric* m : collector->row.metrics)
                declared = declared || m == point.metric;
            REQUIRE(declared);
        }
        page += page_of(std::move(*samples));
    }
    return page;
}

const char* const kVersions[] = {"redis-6.2.5", "redis-7.0.15", "redis-7.4.1",
                                 "redis-8.0.2", "valkey-8.1.1", "valkey-9.1.2"};

TEST_CASE("info: every recorded server gives its memory, keys and commands", "[redis]") {
    for (const std::string version : kVersions) {
        for (const std::string file : {"/info_all.txt", "/replica_info.txt"}) {
            CAPTURE(version, file);
            const std::string page =
                page_of_info(file_text(std::string("testdata/").append(version).append(file)));
            CHECK(page.find("\nredis_memory_used_bytes ") != std::string::npos);
            CHECK(page.find("\nredis_db_keys{db=\"db0\"} ") != std::string::npos);
            CHECK(page.find("\nredis_commands_total{cmd=\"info\"} ") != std::string::npos);
            CHECK(page.find("redis_mode=\"\"") == std::string::npos);
            CHECK(has_line(page, file == "/info_all.txt" ? R"(redis_role{role="master"} 1)"
                                                         : R"(redis_role{role="slave"} 1)"));
        }
    }
}

TEST_CASE("info: a missing field gives no sample, a start never jitters", "[redis]") {
    const std::string page = page_of_info(
        "redis_version:7.0.15\r\nrole:master\r\nserver_time_usec:1700000010999999\r\n"
        "uptime_in_seconds:10\r\n");
    CHECK(has_line(page, "redis_start_time_seconds 1700000000"));
    CHECK(page.find("redis_memory_used_bytes") == std::string::npos);
    CHECK(page.find("redis_ready") == std::string::npos);
}

TEST_CASE("info: the share of memory that eviction counts is absent without a limit", "[redis]") {
    const std::string used = "redis_version:7\nused_memory:90\nmem_not_counted_for_evict:10\n";
    CHECK(has_line(page_of_info(used + "maxmemory:160\n"), "redis_memory_eviction_used_ratio 0.5"));
    CHECK(page_of_info(used + "maxmemory:0\n").find("eviction_used_ratio") == std::string::npos);
}

TEST_CASE("info: an IPv6 replica and names with odd bytes are read whole", "[redis]") {
    const std::string page = page_of_info(
        "redis_version:7\nslave0:ip=fd00::2,port=6379,state=online,offset=12,lag=1\n"
        "errorstat_\xFF\x01:count=1\nos:Li\"nux\\\n");
    CHECK(has_line(page,
                   R"(redis_connected_slave_offset_bytes{slave_ip="fd00::2",slave_port="6379",)"
                   R"(slave_state="online"} 12)"));
    CHECK(page.find("os=\"Li\\\"nux\\\\\"") != std::string::npos);
    CHECK(page.find("\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("info: sections, and empty databases where the keyspace is known", "[redis]") {
    const Info info = Info::parse("# Server\r\nredis_version:7\r\n#KEYSPACE\n");
    CHECK(info.has_section("server"));
    CHECK(info.has_section("Keyspace"));
    CHECK_FALSE(info.has_section("Cluster"));
    CHECK(has_line(page_of_info("redis_version:7\n# Keyspace\ndb3:keys=2,expires=1\n"),
                   R"(redis_db_keys{db="db15"} 0)"));
    CHECK(page_of_info("redis_version:7\ncluster_enabled:1\n# Keyspace\n")
              .find(R"(redis_db_keys{db="db1"})") == std::string::npos);
    CHECK(page_of_info("redis_version:7\nredis_mode:sentinel\n").find("redis_db_keys") ==
          std::string::npos);
}

TEST_CASE("info: a field ends at its first colon, and the first of two counts", "[redis]") {
    const Info info = Info::parse("a:b:c\nno colon\n:empty\na:second\nn:12%\nbad:12x\nz:");
    CHECK(info.text("a") == "b:c");
    CHECK(info.text("") == "empty");
    CHECK(info.text("z") == "");
    CHECK_FALSE(info.text("no colon"));
    CHECK(info.number("n") == 12);
    CHECK_FALSE(info.number("bad"));
    CHECK(info.lines().size() == 6);
    CHECK(Info::parse("").lines().empty());
    CHECK(Info::parse(std::string_view("k\0y:v\0\n", 7)).text(std::string_view("k\0y", 3)) ==
          std::string_view("v\0", 2));
}

TEST_CASE("info: a list is read by name, in any order", "[redis]") {
    CHECK(item("ip=::1,port=6379", "port") == "6379");
    CHECK(number_item("usec=5,calls=3", "calls") == 3);
    CHECK_FALSE(item("calls", "calls"));
    CHECK_FALSE(number_item("calls=nan", "calls"));
    CHECK_FALSE(item("", "calls"));
}

TEST_CASE("info: of a command what cannot be read is absent, and not 0", "[redis]") {
    const std::string page = page_of_info(
        "redis_version:7\ncmdstat_get:calls=1e309,usec=2000000,rejected_calls=x,failed_calls=1\n"
        "cmdstat_set:calls=3\nlatency_percentiles_usec_get:p50=1.003\n");
    CHECK(page.find(R"(redis_commands_total{cmd="get"})") == std::string::npos);
    CHECK(has_line(page, R"(redis_commands_duration_seconds_total{cmd="get"} 2)"));
    CHECK(has_line(page, R"(redis_commands_total{cmd="set"} 3)"));
    CHECK(page.find(R"(redis_commands_duration_seconds_total{cmd="set"})") == std::string::npos);
    CHECK(page.find("redis_latency_percentiles_usec_count") == std::string::npos);
}

TEST_CASE("info: a server that loads is not ready", "[redis]") {
    CHECK(has_line(page_of_info("redis_version:7\nloading:1\n"), "redis_ready 0"));
    CHECK(has_line(page_of_info("redis_version:7\nloading:0\nasync_loading:1\n"), "redis_ready 1"));
}

TEST_CASE("info: fields of Valkey 9.1 that redis_exporter reads too", "[redis]") {
    const std::string page = page_of_info(file_text("testdata/valkey-9.1.2/info_all.txt"));
    CHECK(page.find("\nredis_active_time_main_thread_seconds_total ") != std::string::npos);
    CHECK(page.find("\nredis_expired_fields_total ") != std::string::npos);
    CHECK(page.find("\nredis_mem_replicas_repl_buffer_bytes ") != std::string::npos);
}

TEST_CASE("info: random and cut replies crash nothing", "[redis]") {
    const std::string whole = file_text("testdata/redis-8.0.2/info_all.txt");
    for (std::size_t cut = 0; cut < whole.size(); cut += 37)
        (void)page_of_info(whole.substr(0, cut));
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): a failure must repeat
    for (int round = 0; round < 300; ++round) {
        std::string changed = whole;
        for (int i = 0; i < 50; ++i) {
            changed[random() % changed.size()] = static_cast<char>(random() % 256);
        }
        const Info info = Info::parse(changed);
        for (const Collector* collector : collectors()) {
            if (collector->parse != nullptr) (void)collector->parse(info);
        }
    }
}

}  // namespace
}  // namespace erp::redis
