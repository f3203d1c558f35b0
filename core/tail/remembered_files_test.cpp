#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>

namespace erp::tail {
namespace {

TEST_CASE("tail: a renamed file is read on whenever it grows", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.rename("access.log", "access.log.1");
    tail.append("two\n");
    tail.read();
    tail.now += 2 * tail.options.follow.linger;
    tail.read();
    SECTION("under its first name") {
        tail.append("late\n", "access.log.1");
    }
    SECTION("under the next one") {
        tail.append("late\n", "access.log.1");
        tail.rename("access.log.1", "access.log.2");
        tail.rename("access.log", "access.log.1");
        tail.append("three\n");
    }
    SECTION("under the next one, later") {
        tail.rename("access.log.1", "access.log.2");
        tail.rename("access.log", "access.log.1");
        tail.append("three\n");
        tail.read();
        tail.now += 2 * tail.options.follow.linger;
        tail.read();
        tail.append("late\n", "access.log.2");
    }
    tail.read();
    tail.read();
    CHECK(tail.published().at("late") == 1);
    // And again, after a restart.
    tail.restart();
    tail.read();
    const std::string name =
        std::filesystem::exists(tail.path("access.log.2")) ? "access.log.2" : "access.log.1";
    tail.now += 2 * tail.options.follow.linger;
    tail.read();
    tail.append("later\n", name);
    tail.read();
    for (const auto& [line, count] : tail.published()) {
        CAPTURE(line);
        CHECK(count == 1);
    }
    CHECK(tail.published().count("later") == 1);
    CHECK(tail.entry().lag_bytes == 0);
}

TEST_CASE("tail: a file that was empty when it was renamed is read once it grows", "[tail]") {
    TailFixture tail;
    tail.append("");
    tail.read();
    tail.rename("access.log", "access.log.1");
    tail.append("");
    tail.read();
    tail.now += 2 * tail.options.follow.linger;
    tail.read();
    tail.append("late\n", "access.log.1");
    tail.read();
    tail.read();
    CHECK(tail.published() == LineCounts{{"late", 1}});
}

TEST_CASE("tail: what was renamed before the first start is read from there on", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = false;
    tail.append("old\nhal", "access.log.1");
    tail.append("older\n", "access.log.2");
    tail.append("");
    tail.read();
    tail.append("f\nlate\n", "access.log.1");
    tail.read();
    tail.read();
    CHECK(tail.published() == LineCounts{{"late", 1}});
}

TEST_CASE("tail: another file on a used number is not taken for the renamed one", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.rename("access.log", "access.log.1");
    tail.append("two\n");
    tail.read();
    tail.now += 2 * tail.options.follow.linger;
    tail.read();
    std::filesystem::resize_file(tail.path("access.log.1"), 0);
    tail.append("not the one that was read\n", "access.log.1");
    tail.read();
    tail.read();
    CHECK(tail.published().at("one") == 1);
    CHECK(tail.published().at("two") == 1);
    CHECK(tail.published().count("d\n") == 0);
}

TEST_CASE("tail: hundreds of rotations while nobody read are caught up with few descriptors",
          "[tail]") {
    TailFixture tail;
    tail.append("line\n");
    tail.read();
    tail.session = nullptr;
    constexpr int kFiles = 500;
    for (int i = 1; i <= kFiles; ++i) {
        tail.append("line\n");
        tail.rename("access.log", "access.log." + std::to_string(kFiles + 1 - i));
        tail.append(std::to_string(i) + "\n");
    }
    tail.append("line\n");
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit few{128, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    SECTION("at once") {
        tail.read();
    }
    SECTION("with an end and a rotation in between") {
        tail.restart();
        (void)tail.session->round(tail.now);
        (void)tail.snapshot();
        tail.restart();
        (void)tail.session->round(tail.now);
        tail.rename("access.log", "access.log.0");
        tail.append("last\n");
        tail.read();
    }
    tail.read();
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(tail.published().at("line") == kFiles + 2);
    for (int i = 1; i <= kFiles; ++i)
        CHECK(tail.published().at(std::to_string(i)) == 1);
    CHECK(tail.entry().lag_bytes == 0);
    CHECK(tail.errors(TailError::vanished) == 0);
    CHECK(tail.errors(TailError::backlog) == 0);
}

TEST_CASE("tail: of more rotated files than may be open each is read, whatever their names become",
          "[tail]") {
    constexpr int kFiles = 100;  // 64 are open at once
    constexpr int kLines = 300;
    const bool compressed = GENERATE(true, false);
    const bool shifted = GENERATE(true, false);
    CAPTURE(compressed, shifted);
    TailFixture tail;
    tail.append("first\n");
    tail.read();
    tail.session = nullptr;
    int written = 0;
    const auto write = [&](const std::string& name) {
        std::string text;
        for (int i = 0; i < kLines; ++i)
            text += "this is line " + std::to_string(written++) + " of all\n";
        tail.append(text, name);
    };
    const std::string ending = compressed ? ".gz" : "";
    for (int i = kFiles; i > 0; --i) {
        if (i == kFiles) tail.rename("access.log", "access.log.100");
        write("access.log." + std::to_string(i));
    }
    if (compressed) tail.gzip("access.log.*");
    write("access.log");
    tail.restart();
    for (int round = 0; round < 4; ++round) {
        tail.now += tail.options.poll;
        (void)tail.session->round(tail.now);
        (void)tail.snapshot();
        if (!shifted) continue;
        for (int i = kFiles + round; i > 0; --i)
            tail.rename("access.log." + std::to_string(i) + ending,
                        "access.log." + std::to_string(i + 1) + ending);
        tail.rename("access.log", "access.log.1");
        if (compressed) tail.gzip("access.log.1");
        write("access.log");
    }
    for (int i = 0; i < 4; ++i)
        tail.read();
    CHECK(tail.published().size() == static_cast<std::size_t>(written) + 1);
    std::size_t twice = 0;
    for (const auto& [line, times] : tail.published())
        twice += times == 1 ? 0 : 1;
    CHECK(twice == 0);
    CHECK(tail.errors(TailError::vanished) == 0);
    CHECK(tail.entry().lag_bytes == 0);
}

}  // namespace
}  // namespace erp::tail
