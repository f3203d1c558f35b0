#include "core/tail/reader_metrics.hpp"
#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

#include <signal.h>

#include <algorithm>

namespace erp::tail {
namespace {

TEST_CASE("tail: whole lines are read, a half one waits for its end", "[tail]") {
    TailFixture tail;
    tail.append("one\ntwo\nha");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}});
    CHECK(tail.entry().lag_bytes == 2);
    tail.append("lf\n");
    tail.read();
    CHECK(tail.published().at("half") == 1);
    CHECK(tail.entry().lag_bytes == 0);
    CHECK(tail.entry().counters->bytes == 13);
}

TEST_CASE("tail: lines of a terminal end with one byte more, which is none of theirs", "[tail]") {
    TailFixture tail;
    tail.append("one\r\ntwo\n\r\nth\rree\r\n");
    tail.read();
    CHECK(tail.published() == LineCounts{{"", 1}, {"one", 1}, {"th\rree", 1}, {"two", 1}});
}

TEST_CASE("tail: a first start begins at the end, at a whole line", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = false;
    tail.append("old\nol");
    tail.read();
    tail.restart();
    tail.append("d\nnew\n");
    tail.read();
    CHECK(tail.published() == LineCounts{{"new", 1}});
}

TEST_CASE("tail: counters are not shown before it is known what they were", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.session = nullptr;
    FakeConsumer consumer;
    TailSession again(tail.options, consumer);
    const Samples samples = reader_samples(*again.state(), 0);
    CHECK(std::ranges::none_of(samples.points(), [](const auto& point) {
        return point.metric == &kLogLines || point.metric == &kLogBytesRead ||
               point.metric == &kLogRotations;
    }));
    again.start(tail.now);
    CHECK(again.state()->entries.at(0).counters.value_or(EntryCounters()).bytes == 4);
}

TEST_CASE("tail: a log that appears later is read from its beginning", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = false;
    tail.read();
    CHECK(tail.errors(TailError::missing) == 1);
    CHECK_FALSE(tail.entry().problem.empty());
    tail.append("one\n");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}});
    CHECK(tail.entry().problem.empty());
}

TEST_CASE("tail: what a writer adds to a renamed file is read", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.rename("access.log", "access.log.1");
    tail.append("two\n", "access.log.1");
    tail.append("three\n");
    tail.read();
    tail.append("four\nstump", "access.log.1");
    tail.read();
    CHECK(tail.published().size() == 4);
    CHECK(tail.rotations(Rotation::renamed) == 1);
    tail.now += tail.options.follow.linger;
    tail.read();
    CHECK(tail.published().at("stump") == 1);
    // Drained, not forgotten: it may grow while nobody looks.
    tail.append("\nlate\n", "access.log.1");
    tail.restart();
    tail.read();
    CHECK(tail.published().at("late") == 1);
    CHECK(tail.published().at("four") == 1);
}

TEST_CASE("tail: truncation with a copy loses nothing, not even unread lines", "[tail]") {
    TailFixture tail;
    tail.append("one\nha");
    tail.read();
    tail.append("lf\ntwo\n");
    tail.copytruncate("access.log.1");
    tail.append("three is longer than what was there before\n");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1},
                                         {"half", 1},
                                         {"two", 1},
                                         {"three is longer than what was there before", 1}});
    CHECK(tail.rotations(Rotation::truncated) == 1);
}

TEST_CASE("tail: a hole left by truncation under a writer is passed over", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    std::filesystem::resize_file(tail.path("access.log"), 0);
    std::filesystem::resize_file(tail.path("access.log"), 5'000'000);
    tail.append("two\n");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}});
}

TEST_CASE("tail: a deleted file is drained, its successor read", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    std::ofstream writer(tail.path("access.log"), std::ios::app);
    std::filesystem::remove(tail.path("access.log"));
    writer << "two\n" << std::flush;
    tail.read();
    tail.append("three\n");
    writer << "four\n" << std::flush;
    tail.read();
    CHECK(tail.published().size() == 4);
    CHECK(tail.rotations(Rotation::deleted) == 1);
}

TEST_CASE("tail: rotations while nobody read are caught up, compressed ones too", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.restart();
    tail.session = nullptr;
    tail.append("two\n");
    tail.rename("access.log", "access.log.2");
    tail.gzip("access.log.2");
    tail.append("three\n");
    tail.rename("access.log", "access.log.1");
    tail.append("four\n");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}, {"three", 1}, {"four", 1}});
    tail.restart();
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}, {"three", 1}, {"four", 1}});
    CHECK(tail.errors(TailError::vanished) == 0);
}

TEST_CASE("tail: damaged gzip is a reason, not an end", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.session = nullptr;
    tail.rename("access.log", "access.log.2");
    tail.append(std::string("\x1F\x8B\x08\0\0\0\0\0\0\x03", 10) + "\xFF no gzip",
                "access.log.1.gz");
    tail.append("two\n");
    tail.read();
    CHECK(tail.errors(TailError::gzip) == 1);
    CHECK(tail.published().at("two") == 1);
}

TEST_CASE("tail: a backlog that is too large keeps its newest lines", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    tail.session = nullptr;
    for (int i = 0; i < 100; ++i)
        tail.append("line " + std::to_string(i) + "\n");
    tail.options.follow.backlog = 20;
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"line 98", 1}, {"line 99", 1}});
    CHECK(tail.errors(TailError::backlog) == 1);
}

TEST_CASE("tail: a directory or a FIFO is refused with its reason", "[tail]") {
    TailFixture tail;
    ::mkfifo(tail.path("access.log").c_str(), 0600);
    tail.read();
    CHECK(tail.errors(TailError::not_regular) == 1);
    CHECK(tail.entry().problem.find("not a regular file") != std::string::npos);
    std::filesystem::remove(tail.path("access.log"));
    std::filesystem::create_directory(tail.path("access.log"));
    tail.read();
    CHECK(tail.errors(TailError::not_regular) == 2);
}

TEST_CASE("tail: a pattern finds new files and no rotated ones", "[tail]") {
    TailFixture tail;
    tail.options.entries[0].path = tail.path("*.log*");
    tail.append("one\n", "a.log");
    tail.append("old\n", "a.log.1");
    tail.read();
    tail.append("two\n", "b.log");
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}});
    tail.options.most_files = 1;
    tail.restart();
    tail.append("three\n", "c.log");
    tail.read();
    CHECK(tail.errors(TailError::too_many_files) == 1);
}

TEST_CASE("tail: what waits for another line is shown without one, too", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.round();
    tail.consumer->unfinished = true;
    (void)tail.snapshot();
    const unsigned before = tail.consumer->prepared;
    tail.read();
    CHECK(tail.consumer->prepared == before + 1);
    tail.consumer->unfinished = false;
    tail.read();
    CHECK(tail.consumer->prepared == before + 2);
    tail.read();
    CHECK(tail.consumer->prepared == before + 2);
}

TEST_CASE("tail: without a durable snapshot nothing is read or shown", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    // A full disk, as far as our writes are concerned.
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit none{0, before.rlim_max};
    tail.append("two\n");
    const auto ignored = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &none);
    tail.round();
    const bool written = tail.snapshot();
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, ignored);
    CHECK_FALSE(written);
    CHECK(tail.errors(TailError::snapshot) == 1);
    CHECK(tail.published() == LineCounts{{"one", 1}});
    CHECK(tail.lines(LineResult::ok) == 1);
    tail.append("three\n");
    tail.round();
    CHECK(tail.consumer->counts.count("three") == 0);
    CHECK(tail.snapshot());
    tail.read();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}, {"three", 1}});
}

TEST_CASE("tail: what was written while nobody read is durable after the first round", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    CHECK_FALSE(tail.session->snapshot_due(tail.now));
    tail.append("two\n");
    // A process that never lives for an interval.
    tail.restart();
    tail.round();
    CHECK(tail.session->snapshot_due(tail.now));
    tail.snapshot();
    tail.restart();
    CHECK(tail.published() == LineCounts{{"one", 1}, {"two", 1}});
}

}  // namespace
}  // namespace erp::tail
