#include "exporters/traefik/log/line_parser.hpp"

#include "core/tail/line_splitter.hpp"
#include "exporters/traefik/log/recording.hpp"

#include <catch2/catch.hpp>

namespace erp::traefik {
namespace {

struct Expected {
    const char* file;
    LogFormat format;
    std::map<std::string, std::size_t> reasons;
};

TEST_CASE("every line of every recording is what it is known to be", "[traefik]") {
    // The one malformed line of each CLF log is the head of an entry whose user name has a line
    // feed.
    const Expected files[] = {
        {"2.11.53/access.json.log", LogFormat::json, {{"none", 287}}},
        {"2.11.53/access.clf.log", LogFormat::common, {{"none", 202}, {"clf_shape", 1}}},
        {"2.11.53/traefik.json.log", LogFormat::json, {{"not_an_entry", 123}}},
        {"3.0.4/access.json.log", LogFormat::json, {{"none", 196}}},
        {"3.0.4/access.clf.log", LogFormat::common, {{"none", 196}, {"clf_shape", 1}}},
        {"3.3.6/access.json.log", LogFormat::json, {{"none", 196}}},
        {"3.7.15/access.json.log", LogFormat::json, {{"none", 202}}},
        {"3.7.15/access.default.json.log", LogFormat::json, {{"none", 202}}},
        {"3.7.15/access.dropped.json.log", LogFormat::json, {{"none", 34}}},
        {"3.7.15/access.buffered.json.log", LogFormat::json, {{"none", 34}}},
        {"3.7.15/access.filters.json.log", LogFormat::json, {{"none", 14}}},
        {"3.7.15/access.internals.json.log", LogFormat::json, {{"none", 40}}},
        {"3.7.15/access.tracing.json.log", LogFormat::json, {{"none", 3}}},
        {"3.7.15/access.enospc.json.log", LogFormat::json, {{"none", 6}, {"truncated", 1}}},
        {"3.7.15/access.clf.log", LogFormat::common, {{"none", 197}, {"clf_shape", 1}}},
        {"3.7.15/access.clf-default.log", LogFormat::common, {{"none", 34}}},
        {"3.7.15/access.clf-dropped.log", LogFormat::common, {{"none", 34}}},
        {"3.7.15/access.genericclf.log", LogFormat::generic, {{"none", 34}}},
        {"3.7.15/stdout.mixed.json.log", LogFormat::json, {{"none", 4}, {"not_an_entry", 18}}},
        {"3.7.15/stdout.mixed.common.log", LogFormat::common, {{"none", 3}, {"not_an_entry", 24}}},
    };
    for (const Expected& expected : files) {
        CAPTURE(expected.file);
        const Recording recording(expected.file);
        LineParser configured(expected.format);
        CHECK(reasons_of(recording, configured) == expected.reasons);
        LineParser detecting(LogFormat::detect);
        CHECK(reasons_of(recording, detecting) == expected.reasons);
    }
}

TEST_CASE("a configured format that is not the file's is told from Traefik's own log",
          "[traefik]") {
    LineParser json(LogFormat::json);
    CHECK(reasons_of(Recording("3.7.15/stdout.mixed.common.log"), json) ==
          std::map<std::string, std::size_t>{{"other_format", 3}, {"not_an_entry", 24}});
    LineParser common(LogFormat::common);
    CHECK(reasons_of(Recording("3.7.15/stdout.mixed.json.log"), common) ==
          std::map<std::string, std::size_t>{{"other_format", 4}, {"not_an_entry", 18}});
    CHECK(reasons_of(Recording("3.7.15/access.genericclf.log"), common) ==
          std::map<std::string, std::size_t>{{"other_format", 34}});
    CHECK(to_log_format("genericCLF") == LogFormat::generic);
    CHECK(to_log_format("json") == LogFormat::json);
    CHECK(to_log_format("clf") == std::nullopt);
}

TEST_CASE("a full disk costs its entries and not the whole one behind the stump", "[traefik]") {
    const Recording recording("3.7.15/access.enospc.json.log");
    LineParser parser(LogFormat::json);
    Entry entry;
    std::vector<std::uint64_t> numbers;
    for (const std::string_view line : recording.lines()) {
        ParseReason reason = parser.parse(line, entry);
        if (reason == ParseReason::truncated) {
            const std::string_view whole = tail::last_start(line, R"({"ClientAddr")");
            reason = parser.parse(whole, entry);
        }
        REQUIRE(reason == ParseReason::none);
        numbers.push_back(entry.number.value_or(0));
    }
    CHECK(numbers == std::vector<std::uint64_t>{71, 72, 73, 81, 82, 83, 84});
}

/// Where a line of one entry may be cut, what follows is the next entry.
TEST_CASE("two entries in one line are malformed, wherever the first was cut", "[traefik]") {
    const Recording recording("3.7.15/access.json.log");
    const std::string first(recording.lines().at(0));
    const std::string second(recording.lines().at(41));
    LineParser parser(LogFormat::json);
    Entry entry;
    for (std::size_t cut = 1; cut <= first.size(); ++cut) {
        CAPTURE(cut);
        const Padded joined(first.substr(0, cut) + second);
        const ParseReason reason = parser.parse(joined.text(), entry);
        REQUIRE(reason != ParseReason::none);
        REQUIRE(reason != ParseReason::not_an_entry);
        const std::string_view whole = tail::last_start(joined.text(), R"({"ClientAddr")");
        REQUIRE(parser.parse(whole, entry) == ParseReason::none);
        REQUIRE(entry.number == 42U);
    }
    for (std::size_t cut = 1; cut < first.size(); ++cut) {
        CAPTURE(cut);
        const Padded stump(first.substr(0, cut));
        REQUIRE(parser.parse(stump.text(), entry) == ParseReason::truncated);
    }
}

TEST_CASE("an entry that does not show its generation has that of the last which did",
          "[traefik]") {
    LineParser parser(LogFormat::detect);
    Entry entry;
    const auto generation = [&](std::string_view text) {
        const Padded line(text);
        REQUIRE(parser.parse(line.text(), entry) == ParseReason::none);
        return entry.generation;
    };
    const std::string_view plain = R"({"DownstreamStatus":503})";
    CHECK(generation(plain) == Generation::unknown);
    CHECK(generation(R"({"DownstreamStatus":200,"ServiceURL":{"Host":"a:1"}})") == Generation::v2);
    CHECK(generation(plain) == Generation::v2);
    CHECK(generation(R"({"DownstreamStatus":200,"ServiceURL":"http://a:1"})") == Generation::v3);
    CHECK(generation(plain) == Generation::v3);
    parser.set_generation(Generation::v2);
    CHECK(generation(plain) == Generation::v2);
}

/// The two recordings were driven alike: what CLF has of a request, JSON must have too.
TEST_CASE("JSON and CLF tell the same of the same request", "[traefik]") {
    for (const std::string version : {"3.7.15", "3.0.4", "2.11.53"}) {
        const Recording json(version + "/access.json.log");
        const Recording clf(version + "/access.clf.log");
        std::map<std::string, Case> clf_cases;
        for (Case& found : cases_of(version + "/access.clf.log"))
            clf_cases.emplace(found.name, std::move(found));
        LineParser parser(LogFormat::detect, {},
                          version == "3.7.15" ? ClfQuotes::escaped : ClfQuotes::plain);
        std::size_t compared = 0;
        for (const Case& by_json : cases_of(version + "/access.json.log")) {
            const Case& by_clf = clf_cases[by_json.name];
            // What runs at once ends in any order; who aborts does so after some of the bytes.
            if (by_json.lines != 1 || by_clf.lines != 1) continue;
            if (by_json.name.find("abort") != std::string::npos) continue;
            CAPTURE(version, by_json.name);
            Entry a;
            Entry b;
            REQUIRE(parser.parse(json.lines().at(by_json.first_line - 1), a) == ParseReason::none);
            REQUIRE(parser.parse(clf.lines().at(by_clf.first_line - 1), b) == ParseReason::none);
            CHECK(a.status == b.status);
            CHECK(a.response_bytes == b.response_bytes);
            CHECK(a.router == b.router);
            CHECK(a.method == b.method);
            CHECK(a.path == b.path);
            CHECK(a.protocol == b.protocol);
            CHECK(a.server.empty() == b.server.empty());
            CHECK(b.duration.value_or(-1) % 1'000'000 == 0);
            CHECK(b.start.value_or(-1) % 1'000'000'000 == 0);
            ++compared;
        }
        CHECK(compared > 140);
    }
}

}  // namespace
}  // namespace erp::traefik
