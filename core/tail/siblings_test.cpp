#include "core/tail/siblings.hpp"

#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace erp::tail {
namespace {

TEST_CASE("tail: names of rotated files", "[tail]") {
    for (const char* name : {"access.log.1",
                             "access.log.12",
                             "access.log.2.gz",
                             "access.log.gz",
                             "access.log.1.bz2",
                             "access.log-20260724",
                             "access.log-20260724.zst",
                             "access.log-2026072410",
                             "access.log-2026-07-24",
                             "access.log-1753315200",
                             "access.log.2026-07-24_10-00",
                             "access.log.20260724-101010",
                             "access.log.2026-07-24.1",
                             "access.log_20260724",
                             "access.log.old",
                             "access.log.old.gz",
                             "access-2026-07-24T00-00-00.log.gz",
                             "access-2026-07-24T00-00-00.000.log",
                             "access-20260724.log",
                             "access-1753315200.log",
                             "access.2026-07-24.log",
                             "access.1.log",
                             "access.14.log.xz"})
        CHECK(is_rotated_name("access.log", name));
    for (const char* name :
         {"access.log", "access-error.log", "access.log.lock", "other.log.1", "access-8443.log",
          "access-2.log", "access_2.log", "access.8443.log", "access-17.log.gz", "access-17.0.log",
          "access-192.168.100.200.log", "access-202607.log", "access.log.", "access-.log",
          "access-20260724-error.log", "access.log-error", "access"})
        CHECK_FALSE(is_rotated_name("access.log", name));
    CHECK(is_rotated_name("access", "access.1"));
    CHECK(is_rotated_name("access", "access-20260724.gz"));
    CHECK_FALSE(is_rotated_name("access", "access-2"));
    CHECK_FALSE(is_rotated_name("access", "access.1.log"));
    CHECK(is_rotated_path("/var/log/a.log", "/var/log/a.log.1"));
    CHECK_FALSE(is_rotated_path("/var/log/a.log", "/var/lib/a.log.1"));
}

TEST_CASE("tail: another log beside one, and its rotations, are not counted with it", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.append("other\n", "access-8443.log");
    tail.read();
    tail.append("other again\n", "access-8443.log");
    tail.rename("access-8443.log", "access-8443.log.1");
    tail.rename("access.log", "access.log.1");
    tail.append("two\n");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}});
}

TEST_CASE("tail: a log that is named like a rotated one counts once when both are followed",
          "[tail]") {
    TailFixture tail;
    tail.options.entries.push_back({"dated", tail.path("access-20260724.log")});
    tail.append("one\n");
    tail.append("dated one\n", "access-20260724.log");
    tail.read();
    tail.rename("access.log", "access.log.1");
    tail.append("two\n");
    tail.append("dated two\n", "access-20260724.log");
    tail.read();
    tail.restart();
    tail.append("dated three\n", "access-20260724.log");
    tail.read();
    CHECK(
        tail.published() ==
        LineCounts{{"one", 1}, {"two", 1}, {"dated one", 1}, {"dated two", 1}, {"dated three", 1}});
}

TEST_CASE("tail: a pattern that matches rotated names too counts each line once", "[tail]") {
    const std::string pattern = GENERATE("access.log*", "*.log*", "*", "access*");
    const std::string to = GENERATE("access.log.1", "access-20260724.log", "access.log-20260724");
    const std::int64_t quiet = GENERATE(0, 1, 3, 60);
    CAPTURE(pattern, to, quiet);
    TailFixture tail;
    tail.options.snapshot = tail.path(".snapshot");  // which "*" does not match
    tail.options.entries[0].path = tail.path(pattern);
    tail.append("one\n");
    tail.read();
    tail.rename("access.log", to);
    for (std::int64_t i = 0; i < quiet; ++i)
        tail.read();
    tail.append("two\n", to);
    tail.read();
    SECTION("a new file comes") {
        tail.append("three\n");
        tail.read();
    }
    SECTION("a new file comes while nobody reads") {
        tail.restart();
        tail.append("three\n");
        tail.read();
    }
    SECTION("a new file comes after a look by who was started in between") {
        tail.restart();
        tail.read();
        tail.append("three\n");
        tail.read();
    }
    tail.append("late\n", to);
    tail.read();
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}, {"three", 1}, {"late", 1}});
    CHECK(tail.errors(TailError::missing) == 0);
    CHECK(tail.entry().problem.empty());
}

TEST_CASE("tail: who starts between a rename and the new file counts each line once", "[tail]") {
    TailFixture tail;
    tail.options.entries[0].path = tail.path("access.log*");
    tail.append("one\n", "access.log.1");
    tail.read();
    tail.append("two\n");
    tail.append("late\n", "access.log.1");
    tail.read();
    for (const char* line : {"three\n", "four\n"}) {
        if (std::filesystem::exists(tail.path("access.log.2")))
            tail.rename("access.log.2", "access.log.3");
        tail.rename("access.log.1", "access.log.2");
        tail.rename("access.log", "access.log.1");
        tail.read();
        tail.append(line);
        tail.read();
    }
    CHECK(tail.published() ==
          LineCounts{{"one", 1}, {"two", 1}, {"late", 1}, {"three", 1}, {"four", 1}});
}

TEST_CASE("tail: a log that gets another name, under which it is followed, goes on there",
          "[tail]") {
    TailFixture tail;
    tail.options.entries[0].path = tail.path("*.log");
    tail.append("one\n", "a.log");
    tail.read();
    tail.rename("a.log", "b.log");
    tail.append("two\n", "b.log");
    if (GENERATE(false, true)) tail.restart();
    tail.read();
    tail.append("three\n", "a.log");
    tail.read();
    tail.append("four\n", "b.log");
    tail.rename("b.log", "b.log.1");
    tail.read();
    tail.append("five\n", "b.log");
    tail.read();
    CHECK(tail.published() ==
          LineCounts{{"one", 1}, {"two", 1}, {"three", 1}, {"four", 1}, {"five", 1}});
}

TEST_CASE("tail: forms that cannot be decompressed are not read as text", "[tail]") {
    TailFixture tail;
    const bool pattern = GENERATE(false, true);
    if (pattern) tail.options.entries[0].path = tail.path("access.log*");
    tail.append("one\n");
    tail.read();
    CHECK(tail.entry().unreadable.empty());
    for (const char* name : {"access.log.1.bz2", "access.log.2.xz", "access.log-20260724.zst"})
        tail.append("no text\n", name);
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}});
    CHECK(tail.entry().unreadable.starts_with(tail.path("access.log")));
}

}  // namespace
}  // namespace erp::tail
