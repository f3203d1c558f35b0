#include "core/tail/file_identity.hpp"

#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace erp::tail {
namespace {

TEST_CASE("tail: files whose first lines are the same for long are not copies of each other",
          "[tail]") {
    // A container's runtime cuts a long line; files may begin with any part of it.
    const std::string x(16U << 10U, '"');
    const auto part = [&x](int number) {
        std::string escaped;
        for (const char c : x)
            (escaped += '\\') += c;
        return R"({"log":")" + escaped + R"(","stream":"stdout","time":"2026-11-26T00:00:0)" +
               std::to_string(number) + "Z\"}\n";
    };
    const auto end = [](int number) {
        return R"({"log":"end )" + std::to_string(number) +
               R"(\n","stream":"stdout","time":"2026-11-26T00:00:00Z"})" + "\n";
    };
    TailFixture tail;
    tail.options.entries[0].wrapping = Wrapping::docker;
    tail.append("");
    tail.read();
    for (int i = 1; i < 9; ++i) {
        tail.append(part(i) + end(i) + part(i + 1));
        if (i % 2 == 0) tail.read();
        if (i % 3 == 0) tail.restart();
        for (int older = i; older > 0; --older) {
            const std::string from =
                "access.log" + (older > 1 ? "." + std::to_string(older - 1) : "");
            tail.rename(from, "access.log." + std::to_string(older));
        }
        if (i % 4 == 0) tail.read();
        tail.append(part(i + 1) + end(100 + i));
    }
    tail.read();
    std::uint64_t ended = 0;
    for (const auto& [line, count] : tail.published()) {
        CHECK(count == 1);
        ended += count;
    }
    CHECK(ended == 16);
    CHECK(tail.rotations(Rotation::truncated) == 0);
}

TEST_CASE("tail: a file that two entries name counts once", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    std::filesystem::create_symlink(tail.path("access.log"), tail.path("again.log"));
    tail.options.entries.push_back({"all", tail.path("*.log")});
    tail.read();
    CHECK(tail.published().at("one") == 1);
    tail.rename("access.log", "access.log.1");
    tail.append("two\n");
    tail.read();
    CHECK(tail.published().at("two") == 1);
}

/// A log that is looked at and read at moments of their own.
struct SteppedLog {
    TailFixture tail;
    FollowedLog log{tail.path("access.log"), tail.options.follow, Wrapping::raw, std::nullopt};
    EntryCounters counters = {};
    EntryState state = {};
    std::vector<std::string> lines;
    std::function<void()> meanwhile = [] {};  ///< while the next line is delivered

    void look() { log.look(tail.now, counters, state); }
    void read() {
        std::size_t budget = 16U << 20U;
        CHECK_FALSE(
            log.read(budget, tail.now, counters, state, [&](const LineSplitter::Line& line) {
                lines.emplace_back(line.text);
                std::exchange(meanwhile, [] {})();
            }));
        tail.now += std::chrono::seconds(2);
    }
    void finish() {
        for (int i = 0; i < 3; ++i) {
            look();
            read();
        }
        CHECK(counters.rotations[static_cast<std::size_t>(Rotation::truncated)] == 1);
    }
};

TEST_CASE("tail: a file is known by what was read of it, if it was empty when it was looked at",
          "[tail]") {
    SteppedLog log;
    log.tail.append("");
    log.look();
    // The first lines come between the look and the reading, the truncation before the next look.
    log.tail.append("one\ntwo\n");
    log.read();
    log.tail.copytruncate("access.log.1");
    log.tail.append("three\nfour\n");
    log.finish();
    CHECK(log.lines == std::vector<std::string>{"one", "two", "three", "four"});
}

TEST_CASE("tail: a file that is cut while it is read, and grows beyond that place, counts once",
          "[tail]") {
    constexpr int kLines = 100'000;  // more than are read at once
    std::vector<std::string> wanted;
    const auto write = [&wanted](const TailFixture& tail, const std::string& word) {
        std::string text;
        for (int i = 0; i < kLines; ++i) {
            wanted.push_back(word + std::to_string(i));
            text.append(wanted.back()).push_back('\n');
        }
        tail.append(text);
    };
    SteppedLog log;
    write(log.tail, "old ");
    log.meanwhile = [&] {
        log.tail.copytruncate("access.log.1");
        write(log.tail, "newer ");
    };
    log.look();
    log.read();
    log.finish();
    CHECK(log.lines.size() == wanted.size());
    CHECK(log.lines == wanted);
}

TEST_CASE("file identity: takes in what was read behind its head", "[tail]") {
    FileIdentity read;
    read.take(0, "on");
    read.take(1, "ne\ntw");
    read.take(9, "beyond a gap");
    FileIdentity seen;
    CHECK(seen.check("one\ntw"));
    CHECK(read == seen);
    const std::string large(FileIdentity::kMostHead + 10, 'x');
    read.take(6, large);
    CHECK(seen.check(("one\ntw" + large).substr(0, FileIdentity::kMostHead)));
    CHECK(read == seen);
}

TEST_CASE("file identity: takes in what grows, and tells another beginning", "[tail]") {
    FileIdentity identity;
    CHECK(identity.check("one\n"));
    CHECK(identity.check("one\ntwo\n"));
    CHECK_FALSE(identity.check("one\nTwo\n"));
    CHECK_FALSE(identity.check("one\n"));
    CHECK(identity.check_near("one\ntwo\n"));
    CHECK_FALSE(identity.check_near("one\ntwO\n"));
}

}  // namespace
}  // namespace erp::tail
