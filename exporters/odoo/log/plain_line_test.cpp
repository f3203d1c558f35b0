#include "exporters/odoo/log/plain_line.hpp"

#include "exporters/odoo/log/scan.hpp"

#include <catch2/catch.hpp>

using namespace erp::odoo;

namespace {

Record plain(std::string_view line) {
    RecordTimes times;
    Record record;
    INFO(line);
    REQUIRE(parse_plain(line, times, record));
    return record;
}

bool is_record(std::string_view line) {
    RecordTimes times;
    Record record;
    return parse_plain(line, times, record);
}

}  // namespace

TEST_CASE("a plain line is split into its fields") {
    const Record record = plain(
        "2026-11-22 00:57:12,344 19754 INFO acme werkzeug: 127.0.0.1 - - [22/Nov/2026 00:57:12] "
        "\"POST /xmlrpc/2/common HTTP/1.1\" 200 - 36 0.035 1.014");
    CHECK(record.time == 1'795'309'032'344'000'000);
    CHECK(record.pid == 19754);
    CHECK(record.level == Level::info);
    CHECK(record.database == "acme");
    CHECK(record.logger == "werkzeug");
    CHECK(record.message ==
          "127.0.0.1 - - [22/Nov/2026 00:57:12] \"POST /xmlrpc/2/common "
          "HTTP/1.1\" 200 -");
    CHECK(record.perf == "36 0.035 1.014");
}

TEST_CASE("the blank that an empty perf_info leaves is no part of the message") {
    CHECK(plain("2026-11-22 00:57:12,344 1 INFO ? odoo: Odoo version 14.0 ").message ==
          "Odoo version 14.0");
    CHECK(plain("2026-11-22 00:57:12,344 1 INFO ? odoo.tools.misc: ").message.empty());
    CHECK(plain("2026-11-22 00:57:12,344 1 INFO ? odoo.tools.misc:").message.empty());
}

TEST_CASE("a database's name may be anything that a client sends") {
    const Record record =
        plain("2026-11-22 00:57:12,344 1 INFO no such base odoo.sql_db: Connection failed ");
    CHECK(record.database == "no such base");
    CHECK(record.logger == "odoo.sql_db");
}

TEST_CASE("what has no date, pid and known level in front is a continuation") {
    CHECK(is_record("2026-11-22 00:57:12,344 1 DEBUG ? odoo: x"));
    CHECK(is_record("2026-11-22 00:57:12,344 1 CRITICAL ? odoo: x"));
    CHECK_FALSE(is_record(""));
    CHECK_FALSE(is_record("Traceback (most recent call last):"));
    CHECK_FALSE(is_record("2026-11-22 00:57:12,344 1 NOTICE ? odoo: x"));
    CHECK_FALSE(is_record("2026-11-22 00:57:12,344 x INFO ? odoo: x"));
    CHECK_FALSE(is_record("2026-11-22 00:57:12,344 12345678901 INFO ? odoo: x"));
    CHECK_FALSE(is_record("2026-11-31 00:57:12,344 1 INFO ? odoo: x"));
    CHECK_FALSE(is_record("2026-11-22 24:57:12,344 1 INFO ? odoo: x"));
    CHECK_FALSE(is_record("2026-11-22 0x:57:12,344 1 INFO ? odoo: x"));
    CHECK_FALSE(is_record("2026-11-22T00:57:12,344 1 INFO ? odoo: x"));
    CHECK_FALSE(is_record("2026-11-22 00:57:12.344 1 INFO ? odoo: x"));
    CHECK_FALSE(is_record("2026-11-22 00:57:12,344 1 INFO ? no logger here"));
    CHECK_FALSE(is_record("2026-11-22 00:57:12,344 1 INFO ? <odd>: x"));
    CHECK_FALSE(is_record("2026-11-22 00:57:12,344 1 INFO"));
}

TEST_CASE("a time that is read after others is what it is alone") {
    RecordTimes times;
    for (const std::string_view text :
         {"2026-11-22 00:57:12,344", "2026-11-22 00:57:12,345", "2026-11-22 00:57:12,x45",
          "2026-11-22 00:57:12,34", "2026-11-22 00:57:12,3450", "2026-11-22 00:57:12,000",
          "2026-11-22 00:57:13,999", "2026-11-22 00:57:12.344", "2026-13-22 00:57:13,344",
          "2026-11-22 00:57:13,001", "1970-01-01 00:00:00,000", "2016-12-31 23:59:60,500", ""}) {
        CAPTURE(text);
        CHECK(times.read(text) == to_unix_time(text));
    }
    CHECK_FALSE(RecordTimes().read(std::string(20, '\0') + "123"));
}

TEST_CASE("seconds are digits with or without a fraction") {
    CHECK(to_nanoseconds("1.014") == 1'014'000'000);
    CHECK(to_nanoseconds("45") == 45'000'000'000);
    CHECK(to_nanoseconds("0.000000001") == 1);
    CHECK(to_nanoseconds("999999999.999999999") == 999'999'999'999'999'999);
    for (const std::string_view wrong : {"", ".", "1.", ".5", "1.2.3", "-1", "1e3", "1.0000000001",
                                         "1234567890", "1234567890.5", "1,5"}) {
        CAPTURE(wrong);
        CHECK_FALSE(to_nanoseconds(wrong));
    }
}

TEST_CASE("the numbers of a request are taken off its end only where they are all there") {
    const auto taken = [](std::string_view message) {
        const std::string_view perf = take_perf(message);
        return std::pair(message, perf);
    };
    using Parts = std::pair<std::string_view, std::string_view>;
    CHECK(taken("x 200 - 1 0.1 0.2") == Parts("x 200 -", "1 0.1 0.2"));
    CHECK(taken("x 200 - 1 0.1 -0.2") == Parts("x 200 -", "1 0.1 -0.2"));
    CHECK(taken("x 200 - - - -") == Parts("x 200 -", "- - -"));
    CHECK(taken("x 200 - 1 0.1 0.2 ro->rw") == Parts("x 200 -", "1 0.1 0.2 ro->rw"));
    CHECK(taken("x 200 - 1 0.1 0.2 ro") == Parts("x 200 -", "1 0.1 0.2 ro"));
    CHECK(taken("Error on request:") == Parts("Error on request:", ""));
    CHECK(taken("x 0.1 0.2") == Parts("x 0.1 0.2", ""));
}

TEST_CASE("colours are taken off, and only they") {
    std::string buffer;
    CHECK(without_colours("2026 \x1b[1;32m\x1b[1;49mINFO\x1b[0m acme", buffer) == "2026 INFO acme");
    CHECK(without_colours("\x1b[37mGET /\x1b[0m", buffer) == "GET /");
    CHECK(without_colours("a\x1b[2Jb", buffer) == "a[2Jb");
    CHECK(without_colours("a\x1b", buffer) == "a");
    CHECK(without_colours("plain", buffer) == "plain");
    CHECK(without_colours("#033[37mGET /#033[0m", buffer, "#033") == "GET /");
}
