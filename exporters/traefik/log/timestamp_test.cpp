#include "exporters/traefik/log/timestamp.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp::traefik {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST_CASE("a start of JSON is Unix time to the nanosecond", "[traefik]") {
    CHECK(to_unix_time("1970-01-01T00:00:00Z") == 0);
    CHECK(to_unix_time("2026-11-22T03:42:22.624267506Z") == 1'795'318'942'624'267'506);
    CHECK(to_unix_time("2026-11-22T03:42:22.62Z") == 1'795'318'942 * kSecond + 620'000'000);
    CHECK(to_unix_time("2026-11-22T05:42:22+02:00") == 1'795'318'942 * kSecond);
    CHECK(to_unix_time("2026-11-21T22:12:22-05:30") == 1'795'318'942 * kSecond);
    CHECK(to_unix_time("2024-02-29T00:00:00Z") == 1'709'164'800 * kSecond);
    CHECK(to_unix_time("2261-12-31T23:59:60.999999999Z") == 9'214'646'400 * kSecond + 999'999'999);
    for (const char* wrong :
         {"", "2026-11-22", "2026-11-22T03:42:22", "2026-11-22T03:42:22.Z", "2026-11-22 03:42:22Z",
          "2026-13-22T03:42:22Z", "2026-02-29T03:42:22Z", "2100-02-29T03:42:22Z",
          "2026-11-00T03:42:22Z", "2026-11-22T24:42:22Z", "2026-11-22T03:60:22Z",
          "2026-11-22T03:42:22.1234567890Z", "2026-11-22T03:42:22Zx", "1969-12-31T23:59:59Z",
          "2262-01-01T00:00:00Z", "-026-11-22T03:42:22Z", "2026-11-22T03:42:22+0200"}) {
        CAPTURE(wrong);
        CHECK_FALSE(to_unix_time(wrong));
    }
}

TEST_CASE("starts of one second differ by what follows it", "[traefik]") {
    UnixTimes times;
    CHECK_FALSE(times.read(std::string(19, '\0') + "Z"));
    CHECK(times.read("2026-11-22T03:42:22.5Z") == 1'795'318'942 * kSecond + 500'000'000);
    CHECK(times.read("2026-11-22T03:42:22Z") == 1'795'318'942 * kSecond);
    CHECK(times.read("2026-11-22T03:42:22.25+02:00") == 1'795'311'742 * kSecond + 250'000'000);
    CHECK_FALSE(times.read("2026-11-22T03:42:22"));
    CHECK_FALSE(times.read("2026-11-22T03:42:22.5Z."));
    CHECK_FALSE(times.read("2026-11-22T03:42:62.5Z"));
    CHECK(times.read("2026-11-22T03:42:22.000000001Z") == 1'795'318'942 * kSecond + 1);
    CHECK(times.read("2026-11-22T03:42:23Z") == 1'795'318'943 * kSecond);
}

TEST_CASE("a start of CLF is Unix time", "[traefik]") {
    CHECK(to_unix_time_clf("22/Nov/2026:03:42:22 +0000") == 1'795'318'942 * kSecond);
    CHECK(to_unix_time_clf("22/Nov/2026:05:42:22 +0200") == 1'795'318'942 * kSecond);
    CHECK(to_unix_time_clf("21/Nov/2026:22:12:22 -0530") == 1'795'318'942 * kSecond);
    for (const char* wrong : {"", "-", "22/nov/2026:03:42:22 +0000", "22/anF/2026:03:42:22 +0000",
                              "31/Nov/2026:03:42:22 +0000", "22/Nov/2026:03:42:22 +00:00",
                              "22/Nov/2026:03:42:22 0000"}) {
        CAPTURE(wrong);
        CHECK_FALSE(to_unix_time_clf(wrong));
    }
}

}  // namespace
}  // namespace erp::traefik
