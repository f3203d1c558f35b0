#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

namespace erp::tail {
namespace {

TEST_CASE("tail: what is not counted since a snapshot was not understood is said", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = GENERATE(false, true);
    tail.append("old\n");
    tail.read();
    tail.append("one\n");
    tail.read();
    CHECK(advice_of(*tail.session->state()).empty());
    for (const char* kept : {"snapshot.refused", "snapshot.refused.2"}) {
        tail.session = nullptr;
        tail.append("unseen\n");
        std::ofstream(tail.path("snapshot")) << kept;
        tail.read();
        CHECK(tail.errors(TailError::snapshot_corrupt) == 1);
        std::string bytes;
        std::ifstream(tail.path(kept)) >> bytes;
        CHECK(bytes == kept);
        const std::uint64_t size = std::filesystem::file_size(tail.path("access.log"));
        const bool again = tail.options.follow.from_beginning;
        CHECK(tail.entry().passed_over == (again ? 0 : size));
        const std::vector<std::string> advice = advice_of(*tail.session->state());
        REQUIRE(advice.size() == 1);
        CHECK(advice[0].find(tail.path(kept) + ". ") != std::string::npos);
        CHECK(advice[0].find(again ? "counted again" : std::to_string(size) + " bytes in it") !=
              std::string::npos);
    }
    tail.append("two\n");
    tail.read();
    CHECK(tail.published().at("two") == 1);
    tail.restart();
    tail.read();
    CHECK(advice_of(*tail.session->state()).empty());
    CHECK(tail.published().at("two") == 1);
    std::ifstream first(tail.path("snapshot.refused"));
    std::string bytes;
    first >> bytes;
    CHECK(bytes == "snapshot.refused");
}

TEST_CASE("tail: a snapshot that is not understood is set aside", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.session = nullptr;
    SECTION("cut") {
        std::filesystem::resize_file(tail.path("snapshot"), 40);
        tail.restart();
        CHECK(tail.errors(TailError::snapshot_corrupt) == 1);
    }
    SECTION("one byte differs") {
        std::fstream file(tail.path("snapshot"), std::ios::in | std::ios::out);
        file.seekp(60);
        file.put('\x7F');
        file.close();
        tail.restart();
        CHECK(tail.errors(TailError::snapshot_corrupt) == 1);
    }
    SECTION("of a newer version") {
        std::fstream file(tail.path("snapshot"), std::ios::in | std::ios::out);
        file.seekp(8);
        file.put(9);
        file.close();
        tail.restart();
        CHECK(tail.errors(TailError::snapshot_future) == 1);
    }
    tail.read();
    CHECK(std::filesystem::exists(tail.path("snapshot.refused")));
    CHECK(tail.published() == LineCounts{{"one", 1}});
}

}  // namespace
}  // namespace erp::tail
