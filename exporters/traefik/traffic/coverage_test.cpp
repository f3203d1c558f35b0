#include "exporters/traefik/traffic/coverage.hpp"

#include "exporters/traefik/log/recording.hpp"

#include <catch2/catch.hpp>

namespace erp::traefik {
namespace {

Coverage after(const std::string& file) {
    Coverage coverage;
    LineParser parser(LogFormat::detect);
    Entry entry;
    const Recording recording(file);
    for (const std::string_view line : recording.lines()) {
        if (parser.parse(line, entry) == ParseReason::none) coverage.see(entry);
    }
    return coverage;
}

TEST_CASE("coverage: a whole JSON log needs no advice", "[traefik]") {
    const auto seen = after("3.7.15/access.json.log").seen();
    REQUIRE(seen);
    CHECK(advice(*seen).empty());
    CHECK_FALSE((*seen)[static_cast<std::size_t>(Field::trace)]);
}

TEST_CASE("coverage: CLF lacks a format, a log with dropped fields its fields", "[traefik]") {
    const auto clf = after("3.7.15/access.clf.log").seen();
    REQUIRE(clf);
    REQUIRE(advice(*clf).size() == 1);
    CHECK(advice(*clf)[0].find("accessLog.format") != std::string::npos);

    const auto dropped = after("3.7.15/access.dropped.json.log").seen();
    REQUIRE(dropped);
    CHECK((*dropped)[static_cast<std::size_t>(Field::duration)]);
    CHECK((*dropped)[static_cast<std::size_t>(Field::router)]);
    CHECK_FALSE((*dropped)[static_cast<std::size_t>(Field::upstream_time)]);
    CHECK_FALSE((*dropped)[static_cast<std::size_t>(Field::number)]);
    CHECK_FALSE(advice(*dropped).empty());
}

TEST_CASE("coverage: few entries tell nothing, and what is kept again is seen again", "[traefik]") {
    Coverage coverage;
    Entry entry;
    entry.duration = 1;
    for (int i = 0; i < 19; ++i)
        coverage.see(entry);
    CHECK_FALSE(coverage.seen());
    for (std::uint64_t i = 0; i < 2 * Coverage::kWindow; ++i)
        coverage.see(entry);
    CHECK((*coverage.seen())[static_cast<std::size_t>(Field::duration)]);
    CHECK_FALSE((*coverage.seen())[static_cast<std::size_t>(Field::number)]);
    entry.duration.reset();
    entry.number = 7;
    for (std::uint64_t i = 0; i < 2 * Coverage::kWindow; ++i)
        coverage.see(entry);
    CHECK_FALSE((*coverage.seen())[static_cast<std::size_t>(Field::duration)]);
    CHECK((*coverage.seen())[static_cast<std::size_t>(Field::number)]);
}

}  // namespace
}  // namespace erp::traefik
