// A writer that shifts many names while they are listed: each file is found, and in its turn.
#include "core/tail/siblings.hpp"
#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace erp::tail {
namespace {

std::string cri(char mark, const std::string& text) {
    return std::string("2026-07-24T10:00:00.000000000Z stdout ") + mark + " " + text + "\n";
}

/// Each file ends in the middle of a line, which the next one ends: who reads them in another order
/// joins what does not belong together.
void write_and_rotate(const TailFixture& tail,
                      const std::atomic<bool>& stopping,
                      const std::atomic<int>& looks,
                      int& line) {
    for (int files = 1; !stopping; ++files) {
        for (const int before = looks; looks < before + 3 && !stopping;)
            std::this_thread::yield();
        tail.append(cri('F', "end of " + std::to_string(line)) +
                    cri('P', "line " + std::to_string(line + 1) + " "));
        ++line;
        for (int older = files - 1; older > 0; --older) {
            tail.rename("access.log." + std::to_string(older),
                        "access.log." + std::to_string(older + 1));
        }
        tail.rename("access.log", "access.log.1");
    }
    tail.append(cri('F', "end of " + std::to_string(line)));
}

TEST_CASE("tail: names that are shifted while they are listed hide no file", "[tail]") {
    TailFixture tail;
    tail.options.entries[0].wrapping = Wrapping::cri;
    tail.append(cri('P', "line 0 "));
    tail.read();
    int line = 0;
    std::atomic<bool> stopping = false;
    std::atomic<int> looks = 0;
    std::thread writer([&] { write_and_rotate(tail, stopping, looks, line); });
    const auto until = Clock::now() + std::chrono::seconds(2);
    const bool killed = GENERATE(false, true);
    while (Clock::now() < until) {
        if (killed) tail.restart();
        tail.now = Clock::now();
        (void)tail.session->round(tail.now);
        (void)tail.snapshot();
        CHECK(tail.errors(TailError::vanished) == 0);
        ++looks;
    }
    stopping = true;
    writer.join();
    tail.now += tail.options.poll;
    tail.read();
    tail.read();
    CHECK(tail.published().size() == static_cast<std::size_t>(line) + 1);
    for (int i = 0; i <= line; ++i) {
        const std::string text = "line " + std::to_string(i) + " end of " + std::to_string(i);
        CAPTURE(text);
        REQUIRE(tail.published().count(text) == 1);
        REQUIRE(tail.published().at(text) == 1);
    }
}

TEST_CASE(
    "tail: what was not read of a file that is cut while other names move is found in its copy",
    "[tail]") {
    TailFixture tail;
    tail.append("older\n", "access.log.70");
    tail.append("one\n");
    tail.read();
    std::atomic<bool> stopping = false;
    std::thread writer([&] {
        for (int at = 0; !stopping; at = (at + 1) % 3)
            tail.rename("access.log.7" + std::to_string(at),
                        "access.log.7" + std::to_string((at + 1) % 3));
    });
    constexpr int kRounds = 9;
    for (int i = 0; i < kRounds; ++i) {
        tail.append("read " + std::to_string(i) + "\n");
        tail.read();
        tail.append("line " + std::to_string(i) + "\n");
        tail.copytruncate("access.log-2026112" + std::to_string(i));
        for (int look = 0; look < 3; ++look) {
            tail.now += std::chrono::milliseconds(100);
            (void)tail.session->round(tail.now);
        }
        tail.now += std::chrono::seconds(3);  // who waits does not wait for ever
        tail.read();
    }
    stopping = true;
    writer.join();
    tail.read();
    for (int i = 0; i < kRounds; ++i) {
        CAPTURE(i);
        CHECK(tail.published().count("line " + std::to_string(i)) == 1);
    }
    CHECK(tail.rotations(Rotation::truncated) == kRounds);
}

TEST_CASE("tail: a compressed form is found though its number was used again", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.append("two\n");
    tail.session = nullptr;
    const auto before = look_at(tail.path("access.log"));
    tail.gzip("access.log");
    tail.rename("access.log.gz", "access.log.2.gz");
    const auto an_hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    std::filesystem::last_write_time(tail.path("access.log.2.gz"), an_hour_ago);
    // Most file systems give the number to the next file; if not, the test says less.
    const std::string next = GENERATE("access.log", "access.log.1");
    tail.append("a new file, longer than the one before\n", next);
    if (next != "access.log") tail.append("three\n");
    CAPTURE(next, before->inode, look_at(tail.path(next))->inode);
    tail.read();
    CHECK(tail.published().size() == (next == "access.log" ? 3 : 4));
    CHECK(tail.published().count("two") == 1);
    CHECK(tail.errors(TailError::vanished) == 0);
}

TEST_CASE("tail: of two rotated names the higher number is the older", "[tail]") {
    std::vector<std::string> names = {"/a/x.log.1",       "/a/x.log.10.gz", "/a/x.log.2",
                                      "/a/x.log.9.gz",    "/a/x.log.old",   "/a/x.log-20260724",
                                      "/a/x.log-20260723"};
    std::ranges::sort(names, older_name);
    const auto at = [&names](std::string_view name) {
        return std::ranges::find(names, name) - names.begin();
    };
    CHECK(at("/a/x.log.10.gz") < at("/a/x.log.9.gz"));
    CHECK(at("/a/x.log.9.gz") < at("/a/x.log.2"));
    CHECK(at("/a/x.log.2") < at("/a/x.log.1"));
    CHECK(at("/a/x.log-20260723") < at("/a/x.log-20260724"));
}

}  // namespace
}  // namespace erp::tail
