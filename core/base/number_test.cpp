#include "core/base/number.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace erp {
namespace {

using namespace std::chrono_literals;

TEST_CASE("number: a double is the whole text or nothing", "[base]") {
    CHECK(to_double("1.5") == 1.5);
    CHECK(to_double("-2e3") == -2000.0);
    CHECK(to_double("+7") == 7.0);
    CHECK(to_double("inf") == std::numeric_limits<double>::infinity());
    for (const char* text : {"", "1.5x", " 1", "1 ", "1,5", "0x10", "abc", "1e999"}) {
        CAPTURE(text);
        CHECK_FALSE(to_double(text));
    }
}

TEST_CASE("number: an integer is the whole text, in range, or nothing", "[base]") {
    CHECK(to_int("0") == 0);
    CHECK(to_int("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK(to_int("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    CHECK(to_int("+5") == 5);
    for (const char* text : {"", "9223372036854775808", "1.0", "1k", "--1", "0x1"}) {
        CAPTURE(text);
        CHECK_FALSE(to_int(text));
    }
}

TEST_CASE("number: a duration is a sum of amounts with units", "[base]") {
    CHECK(to_duration("0") == Duration::zero());
    CHECK(to_duration("0s") == Duration::zero());
    CHECK(to_duration("250ms") == 250ms);
    CHECK(to_duration("10s") == 10s);
    CHECK(to_duration("5m") == 5min);
    CHECK(to_duration("1h30m") == 90min);
    CHECK(to_duration("2d") == 48h);
    CHECK(to_duration("3us4ns") == 3004ns);
    for (const char* text : {"", "10", "ten", "10 s", "s", "1h30", "-1s", "1.5s", "1S", "10sec",
                             "106752d", "99999999999999999999s"}) {
        CAPTURE(text);
        CHECK_FALSE(to_duration(text));
    }
}

TEST_CASE("number: the text of a duration reads back as the same duration", "[base]") {
    CHECK(to_text(Duration::zero()) == "0s");
    CHECK(to_text(90min) == "1h30m");
    CHECK(to_text(250ms) == "250ms");
    CHECK(to_text(48h) == "2d");
    for (const Duration d :
         {Duration(1ns), Duration(1001us), Duration(36h + 5ms), Duration(300s)}) {
        CHECK(to_duration(to_text(d)) == d);
    }
}

TEST_CASE("number: sizes have decimal and binary units", "[base]") {
    CHECK(to_bytes("64") == 64U);
    CHECK(to_bytes("64B") == 64U);
    CHECK(to_bytes("16KiB") == 16384U);
    CHECK(to_bytes("4MB") == 4'000'000U);
    CHECK(to_bytes("1GiB") == 1073741824U);
    for (const char* text : {"", "KiB", "1.5MB", "-1", "4 MB", "1TiB", "99999999999999GiB"}) {
        CAPTURE(text);
        CHECK_FALSE(to_bytes(text));
    }
}

}  // namespace
}  // namespace erp
