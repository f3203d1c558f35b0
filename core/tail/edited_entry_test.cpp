// An operator edits the text of an entry: what is known of its files stays known.
#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

namespace erp::tail {
namespace {

void edit(TailFixture& tail, const std::string& text) {
    tail.session = nullptr;
    tail.options.entries = {{tail.path(text), tail.path(text)}};
}

TEST_CASE("tail: a file whose entry becomes a pattern goes on where it was", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = GENERATE(true, false);
    edit(tail, "a.log");
    tail.read();
    tail.append("one\n", "a.log");
    tail.read();
    edit(tail, "a*.log");
    tail.append("two\n", "a.log");
    SECTION("it is still there") {}
    SECTION("it was rotated meanwhile") {
        tail.rename("a.log", "a.log.1");
    }
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}});
    edit(tail, "a.log");
    tail.append("three\n", "a.log");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}, {"three", 1}});
}

TEST_CASE("tail: a file that is reached by another name goes on where it was", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = GENERATE(true, false);
    edit(tail, "a.log");
    tail.read();
    tail.append("one\n", "a.log");
    tail.read();
    std::filesystem::create_symlink(tail.path("a.log"), tail.path("link.log"));
    edit(tail, "link.log");
    tail.append("two\n", "a.log");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}});
}

TEST_CASE("tail: an entry that was mistyped for a while goes on where it was", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = GENERATE(true, false);
    edit(tail, "a.log");
    tail.read();
    tail.append("one\n", "a.log");
    tail.read();
    for (int times = 0; times < 2; ++times) {
        edit(tail, "b.log");
        tail.append("two\n", "a.log");
        tail.read();
    }
    edit(tail, "a.log");
    tail.append("three\n", "a.log");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 2}, {"three", 1}});
    CHECK(tail.session->state()->entries[0].counters->lines[0] == 4);
}

TEST_CASE("tail: an entry that now means another file starts by the policy", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = false;
    edit(tail, "a.log");
    tail.read();
    tail.append("one\n", "a.log");
    tail.append("old\n", "b.log");
    tail.read();
    edit(tail, "b.log");
    tail.read();
    tail.append("new\n", "b.log");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"new", 1}});
}

}  // namespace
}  // namespace erp::tail
