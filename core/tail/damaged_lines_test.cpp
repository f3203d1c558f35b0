#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

namespace erp::tail {
namespace {

TEST_CASE("tail: the entry behind a stump in one line counts", "[tail]") {
    TailFixture tail;
    tail.options.entries[0].line_start = "{\"";
    tail.append("bad{\"a\":1,\"b{\"a\":2}\n");
    tail.read();
    CHECK(tail.published().at("{\"a\":2}") == 1);
    CHECK(tail.lines(LineResult::malformed) == 1);
    CHECK(tail.lines(LineResult::ok) == 1);
}

TEST_CASE("tail: the recording of a full disk gives every whole entry", "[tail]") {
    class Consumer : public FakeConsumer {
      public:
        LineResult take(const LogLine& line) override {
            (void)FakeConsumer::take(line);
            const bool whole = line.text.rfind("{\"ClientAddr\"") == 0 && line.text.ends_with("}");
            return whole ? LineResult::ok : LineResult::malformed;
        }
    };
    TailFixture tail;
    tail.options.entries[0].line_start = "{\"ClientAddr\"";
    std::filesystem::copy_file("testdata/full_disk.log", tail.path("access.log"));
    Consumer consumer;
    TailSession session(tail.options, consumer);
    session.start(tail.now);
    CHECK_FALSE(session.round(tail.now));
    REQUIRE(session.snapshot(tail.now));
    const auto lines = session.state()->entries.at(0).counters->lines;
    CHECK(lines[static_cast<std::size_t>(LineResult::malformed)] == 1);
    CHECK(lines[static_cast<std::size_t>(LineResult::ok)] == 3);
    CHECK(session.state()->entries.at(0).lag_bytes == 0);
}

}  // namespace
}  // namespace erp::tail
