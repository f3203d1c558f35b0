#include "core/tail/log_reader.hpp"

#include "core/base/soon.hpp"
#include "core/tail/reader_metrics.hpp"
#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace erp::tail {
namespace {

std::uint64_t ok_lines(const LogReader& reader) {
    return reader.state()->entries.at(0).counters.value_or(EntryCounters()).lines[0];
}

TEST_CASE("log reader: what is written is read, shown, and kept by stop()", "[tail]") {
    TailFixture tail;
    tail.options.poll = std::chrono::seconds(60);  // inotify alone must do
    tail.options.snapshot_interval = std::chrono::milliseconds(10);
    Log log(LogLevel::error);
    {
        LogReader reader(tail.options, std::make_shared<FakeConsumer>(), "edge", log);
        CHECK(soon([&] { return reader.state()->snapshot_at > 0; }));
        tail.append("one\n");
        CHECK(soon([&] { return ok_lines(reader) == 1; }));
        tail.rename("access.log", "access.log.1");
        tail.append("two\n", "access.log.1");
        tail.append("three\n");
        CHECK(soon([&] { return ok_lines(reader) == 3; }));
        reader.stop();
        reader.stop();
    }
    tail.append("four\n");
    LogReader again(tail.options, std::make_shared<FakeConsumer>(), "edge", log);
    CHECK(soon([&] { return ok_lines(again) == 4; }));
    // A third one waits for it, and does not count what it counted.
    LogReader third(tail.options, std::make_shared<FakeConsumer>(), "edge", log);
    tail.append("five\n");
    CHECK(soon([&] { return ok_lines(again) == 5; }));
    CHECK(ok_lines(third) == 0);
    CHECK(soon([&] { return problem_of(*third.state()).has_value(); }));
    const auto waiting = third.state();
    CHECK(problem_of(*waiting)->phase == Phase::busy);
    CHECK(problem_of(*waiting)->text == tail.path("snapshot.lock") + ": another reader has it");
    CHECK(waiting->entries[0].errors[static_cast<std::size_t>(TailError::locked)] == 1);
    CHECK(advice_of(*waiting).size() == 1);
    again.stop();
    tail.append("six\n");
    CHECK(soon([&] { return ok_lines(third) == 6; }));
    CHECK_FALSE(problem_of(*third.state()));
    CHECK(advice_of(*third.state()).empty());
    third.stop();
}

TEST_CASE("log reader: without the lock nothing is read, and what is wrong is said", "[tail]") {
    TailFixture tail;
    tail.options.poll = std::chrono::milliseconds(20);
    tail.append("one\n");
    // A link is not followed: the file it leads to would be another reader's lock, or anything.
    std::filesystem::create_symlink(tail.path("nowhere"), tail.path("snapshot.lock"));
    Log log(LogLevel::error);
    LogReader reader(tail.options, std::make_shared<FakeConsumer>(), "edge", log);
    CHECK(soon([&] { return problem_of(*reader.state()).has_value(); }));
    CHECK(problem_of(*reader.state())->phase == Phase::limit);
    CHECK(problem_of(*reader.state())->text.find("cannot be locked") != std::string::npos);
    CHECK(advice_of(*reader.state()).size() == 1);
    CHECK(ok_lines(reader) == 0);
    std::filesystem::remove(tail.path("snapshot.lock"));
    CHECK(soon([&] { return ok_lines(reader) == 1; }));
    CHECK_FALSE(problem_of(*reader.state()));
    reader.stop();
}

TEST_CASE("log reader: a poll finds what inotify does not say", "[tail]") {
    TailFixture tail;
    Log log(LogLevel::error);
    std::filesystem::create_directory(tail.path("far"));
    std::filesystem::create_symlink(tail.path("far/x.log"), tail.path("access.log"));
    tail.options.poll = std::chrono::milliseconds(30);
    tail.options.snapshot_interval = std::chrono::milliseconds(10);
    LogReader reader(tail.options, std::make_shared<FakeConsumer>(), "edge", log);
    tail.append("one\n", "far/x.log");
    CHECK(soon([&] { return ok_lines(reader) == 1; }));
    reader.stop();
}

TEST_CASE("log reader: a busy log does not cost a wakeup a line", "[tail]") {
    TailFixture tail;
    Log log(LogLevel::error);
    tail.append("one\n");
    tail.options.snapshot_interval = std::chrono::milliseconds(1);
    LogReader reader(tail.options, std::make_shared<FakeConsumer>(), "edge", log);
    const auto begun = Clock::now();
    std::uint64_t seen = 0;
    int changes = 0;
    while (Clock::now() - begun < std::chrono::milliseconds(500)) {
        tail.append("line\n");
        const std::uint64_t lines = ok_lines(reader);
        changes += lines != seen ? 1 : 0;
        seen = lines;
    }
    CHECK(changes > 2);
    CHECK(changes <= 27);
    reader.stop();
}

TEST_CASE("log reader: its metrics name what happened", "[tail]") {
    ReaderState state;
    state.entries.resize(1);
    state.entries[0].name = "access";
    state.entries[0].counters.emplace().lines[1] = 3;
    state.entries[0].errors[static_cast<std::size_t>(TailError::gzip)] = 2;
    state.snapshot_at = 100;
    const Samples samples = reader_samples(state, 104);
    CHECK(samples.size() == kLineResults + kRotations + kTailErrors + 4);
    for (const auto& point : samples.points()) {
        CHECK(label_at(samples.labels(point), 0) == "access");
        const bool malformed =
            point.metric == &kLogLines && label_at(samples.labels(point), 1) == "malformed";
        const bool gzip =
            point.metric == &kLogErrors && label_at(samples.labels(point), 1) == "gzip";
        const bool age = point.metric == &kLogSnapshotAge;
        CHECK(point.value == (malformed ? 3 : gzip ? 2 : age ? 4 : 0));
    }
}

}  // namespace
}  // namespace erp::tail
