#include "exporters/traefik/log/clf_line.hpp"

#include "exporters/traefik/log/recording.hpp"

#include <catch2/catch.hpp>

namespace erp::traefik {
namespace {

constexpr const char* kHead = "10.1.1.1 - - [22/Nov/2026:03:52:42 +0000] \"";
constexpr const char* kTail = " 7 \"odoo-acme@file\" \"http://10.0.0.1:8069\" 15ms";

ParseReason common(const std::string& line, Entry& entry, ClfQuotes quotes = ClfQuotes::escaped) {
    return ClfLine(quotes).parse_common(line, entry);
}

ParseReason reason_of(const std::string& line) {
    Entry entry;
    return common(line, entry);
}

TEST_CASE("clf: an entry has what the format holds", "[traefik]") {
    const Recording recording("3.7.15/access.clf-default.log");
    Entry entry;
    REQUIRE(ClfLine().parse_common(recording.lines().at(0), entry) == ParseReason::none);
    CHECK(entry.start == 1'795'319'562'000'000'000);
    CHECK(entry.duration == 15'000'000);
    CHECK(entry.status == 200);
    CHECK(entry.response_bytes == 512);
    CHECK(entry.number == 1U);
    CHECK(entry.router == "websecure-odoo-acme@file");
    CHECK(entry.server == "127.0.1.11:8069");
    CHECK(entry.client == "127.0.0.1");
    CHECK(entry.method == "GET");
    CHECK(entry.path == "/web/login");
    CHECK(entry.protocol == "HTTP/1.1");
    CHECK_FALSE(entry.origin_status);
    CHECK_FALSE(entry.origin_duration);

    const Recording generic("3.7.15/access.genericclf.log");
    REQUIRE(ClfLine().parse_generic(generic.lines().at(0), entry) == ParseReason::none);
    CHECK(entry.path == "/web/login");
    CHECK(entry.status == 200);
    CHECK(entry.client == "127.0.0.1");
    CHECK_FALSE(entry.router_known);
    CHECK_FALSE(entry.duration);
    CHECK_FALSE(entry.number);
}

TEST_CASE("clf: dropped columns are absent, not zero", "[traefik]") {
    Entry entry;
    const std::string dropped = R"(- - - [-] "- - -" 200 - "-" "-" - "-" "-" 0ms)";
    REQUIRE(common(dropped, entry) == ParseReason::none);
    CHECK_FALSE(entry.start);
    CHECK_FALSE(entry.response_bytes);
    CHECK_FALSE(entry.number);
    CHECK(entry.router.empty());
    CHECK(entry.server.empty());
    CHECK(entry.client.empty());
    CHECK(entry.method.empty());
    CHECK(entry.path.empty());
    // The one that cannot be told from a value.
    CHECK(entry.duration == 0);
    // v2.0 and v2.1 write a bare word.
    const std::string bare = std::string(kHead) + R"(GET / HTTP/1.1" 404 19 - - 3 - - 0ms)";
    REQUIRE(common(bare, entry) == ParseReason::none);
    CHECK(entry.status == 404);
    CHECK(entry.number == 3U);
}

TEST_CASE("clf: the client is what stands before the user, also of a list that it began itself",
          "[traefik]") {
    const auto client = [](const std::string& head) {
        Entry entry;
        const std::string line = head +
                                 R"( [26/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 404 19 "-" )" +
                                 R"("-" 3 "-" "-" 0ms)";
        REQUIRE(common(line, entry) == ParseReason::none);
        return std::string(entry.client);
    };
    CHECK(client("203.0.113.5 - -") == "203.0.113.5");
    CHECK(client("203.0.113.5 - an admin") == "203.0.113.5");
    CHECK(client("198.51.100.7, 203.0.113.5 - -") == "198.51.100.7, 203.0.113.5");
    CHECK(client("6.6.6.6 z, 203.0.113.5 - -") == "6.6.6.6 z, 203.0.113.5");
    // Where one of the two texts holds the border it cannot be told.
    CHECK(client("6.6.6.6 - z, 203.0.113.5 - -").empty());
    CHECK(client("203.0.113.5 - , 6.6.6.6 - x").empty());
}

TEST_CASE("clf: quotes of a client's end no column", "[traefik]") {
    Entry entry;
    const std::string query =
        std::string(kHead) + R"(GET /a?q="x" HTTP/1.1" 200 5 "-" "\" 9 \"x\" \"y\" 1ms")" + kTail;
    REQUIRE(common(query, entry) == ParseReason::none);
    CHECK(entry.path == "/a");
    CHECK(entry.number == 7U);
    CHECK(entry.router == "odoo-acme@file");
    CHECK(entry.server == "10.0.0.1:8069");
    CHECK(entry.duration == 15'000'000);

    const std::string plain =
        std::string(kHead) + R"(GET /a HTTP/1.1" 200 5 "-" "x" 1 "r@file" "http://u" 0ms")" + kTail;
    REQUIRE(common(plain, entry, ClfQuotes::plain) == ParseReason::none);
    CHECK(entry.router == "odoo-acme@file");
}

TEST_CASE("clf: of two requests in one line the genuine one counts", "[traefik]") {
    constexpr const char* kForged =
        R"([01/Jan/2020:00:00:00 +0000] "GET /forged HTTP/1.1" 500 1 "-" )";
    Entry entry;
    // Through a proxy that is trusted: as the address, on the left.
    const std::string left =
        std::string("evil - x ") + kForged + "\"y - - " +
        "[22/Nov/2026:03:52:42 +0000] \"GET /real HTTP/1.1\" 200 5 \"-\" \"-\"" + kTail;
    REQUIRE(common(left, entry) == ParseReason::none);
    CHECK(entry.path == "/real");
    CHECK(entry.status == 200);
    CHECK(common(left, entry, ClfQuotes::unknown) == ParseReason::ambiguous);
    // As the agent, on the right, where Traefik escapes no quotes yet.
    const std::string right =
        std::string(kHead) + R"(GET /real HTTP/1.1" 200 5 "-" "x )" + kForged + "\"y\"" + kTail;
    REQUIRE(common(right, entry, ClfQuotes::plain) == ParseReason::none);
    CHECK(entry.path == "/real");
    CHECK(entry.start == 1'795'319'562'000'000'000);
    CHECK(common(right, entry, ClfQuotes::unknown) == ParseReason::ambiguous);
    // In an agent as newer versions write it, a time followed by a quote is none.
    const std::string escaped =
        std::string(kHead) +
        R"(GET /real HTTP/1.1" 200 5 "-" "[01/Jan/2020:00:00:00 +0000] \"GET /f")" + kTail;
    for (const ClfQuotes quotes : {ClfQuotes::escaped, ClfQuotes::unknown}) {
        REQUIRE(common(escaped, entry, quotes) == ParseReason::none);
        CHECK(entry.path == "/real");
    }
}

TEST_CASE("clf: the hostile lines of three versions keep what Traefik itself wrote", "[traefik]") {
    for (const std::string version : {"3.7.15", "3.0.4", "2.11.53"}) {
        const Recording recording(version + "/access.clf.log");
        const ClfLine parser(version == "3.7.15" ? ClfQuotes::escaped : ClfQuotes::plain);
        Entry entry;
        for (const Case& found : cases_of(version + "/access.clf.log")) {
            const bool hostile = found.name.starts_with("path-") || found.name.starts_with("ua-") ||
                                 found.name.starts_with("xff-") || found.name == "referer" ||
                                 found.name.starts_with("basic-");
            if (!hostile || found.lines == 0) continue;
            CAPTURE(version, found.name);
            // The last line: a line feed in a name splits the entry, and its tail is the entry.
            const std::string_view line = recording.lines().at(found.first_line + found.lines - 2);
            REQUIRE(parser.parse_common(line, entry) == ParseReason::none);
            CHECK(entry.status == (found.name == "basic-newline" ? 401 : 200));
            CHECK(entry.response_bytes == (found.name == "basic-newline" ? 17 : 512));
            CHECK(entry.path.starts_with('/'));
            CHECK(entry.protocol == "HTTP/1.1");
            CHECK(entry.router.ends_with("@file"));
            CHECK(entry.start.value_or(0) > 1'795'000'000'000'000'000);
        }
    }
}

TEST_CASE("clf: what is wrong with a line", "[traefik]") {
    using R = ParseReason;
    const std::string head(kHead);
    const std::string good = head + R"(GET / HTTP/1.1" 200 5 "-" "-")";
    CHECK(reason_of(good + kTail) == R::none);
    CHECK(reason_of("") == R::clf_shape);
    CHECK(reason_of("ms") == R::clf_shape);
    CHECK(reason_of("15ms") == R::clf_shape);
    CHECK(reason_of(kTail) == R::clf_shape);
    CHECK(reason_of(std::string(R"("-" "-")") + kTail) == R::clf_shape);
    CHECK(reason_of(good + R"( 7 "r" "u" -1ms)") == R::out_of_range);
    CHECK(reason_of(good + R"( 7 "r" "u" 7776000001ms)") == R::out_of_range);
    CHECK(reason_of(good + R"( 99999999999999999999999 "r" "u" 1ms)") == R::out_of_range);
    CHECK(reason_of(good + R"( x "r" "u" 1ms)") == R::clf_shape);
    CHECK(reason_of(head + R"(GET / HTTP/1.1" - - "-" "-")" + kTail) == R::missing_status);
    CHECK(reason_of(head + R"(GET / HTTP/1.1" 1000 5 "-" "-")" + kTail) == R::out_of_range);
    CHECK(reason_of(head + R"(GET / HTTP/1.1" 200 9000000000000000 "-" "-")" + kTail) ==
          R::out_of_range);
    CHECK(reason_of(head + R"(GET / HTTP/1.1" abc 5 "-" "-")" + kTail) == R::clf_shape);
    CHECK(reason_of(head + R"(GET / a b HTTP/1.1" 200 5 "-" "-")" + kTail) == R::clf_shape);
    CHECK(reason_of("a - - [32/Nov/2026:03:52:42 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"" +
                    std::string(kTail)) == R::bad_time);
    std::string brackets;
    for (int i = 0; i < 30'000; ++i)
        brackets += "[22/Nov/2026:03:52:42 +0000] \"";
    CHECK(reason_of(brackets + kTail) == R::clf_shape);
    const std::string bytes("x\0\xff\x1b[31m - \"", 12);
    CHECK(reason_of(bytes + good.substr(9) + kTail) == R::none);
}

TEST_CASE("clf: the beginning tells a damaged entry from Traefik's own log", "[traefik]") {
    CHECK(begins_like_clf("127.0.0.1 - a"));
    CHECK(begins_like_clf("198.51.100.7, 203.0.113.5 - - [22/Nov/2026"));
    CHECK(begins_like_clf("- - - [-]"));
    CHECK_FALSE(begins_like_clf("\x1b[90m2026-11-22T03:58:29Z\x1b[0m - x"));
    CHECK_FALSE(begins_like_clf("Help us improve Traefik - by turning this on"));
    CHECK_FALSE(begins_like_clf("Version check is disabled."));
    CHECK_FALSE(begins_like_clf(""));
    CHECK_FALSE(begins_like_clf(" - "));
}

}  // namespace
}  // namespace erp::traefik
