// A container's runtime cuts long lines into parts. Wherever a snapshot, a crash or a rotation
// falls, each line is joined and counted once.
#include "core/tail/followed_log.hpp"
#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace erp::tail {
namespace {

std::string cri(const std::string& text, bool last, const std::string& stream = "stdout") {
    static int nanoseconds = 100'000'000;
    return "2026-07-24T10:00:00." + std::to_string(++nanoseconds) + "Z " + stream +
           (last ? " F " : " P ") + text + "\n";
}

std::string docker(const std::string& text, bool last, const std::string& stream = "stdout") {
    static int nanoseconds = 100'000'000;
    return R"({"log":")" + text + (last ? R"(\n)" : "") + R"(","stream":")" + stream +
           R"(","time":"2026-07-24T10:00:00.)" + std::to_string(++nanoseconds) + "Z\"}\n";
}

/// Short and long lines of both streams, parts of one between those of the other.
std::string content(decltype(&cri) wrap) {
    return wrap("one", true, "stdout") + wrap("two, ", false, "stdout") +
           wrap("error, ", false, "stderr") + wrap("in ", false, "stdout") +
           wrap("joined", true, "stderr") + wrap("three", true, "stdout") +
           wrap("last, ", false, "stdout") + wrap("long", true, "stdout");
}
const LineCounts kLines{{"one", 1}, {"two, in three", 1}, {"error, joined", 1}, {"last, long", 1}};

/// A log, its reader and what that counted; save() and crash() keep both or neither.
class Reading {
  public:
    explicit Reading(const std::string& path) : path_(path) { begin(); }

    void read(TailFixture& tail) {
        tail.now += std::chrono::milliseconds(20);
        log_->look(tail.now, counters_, state_);
        std::size_t budget = 1U << 20U;
        (void)log_->read(budget, tail.now, counters_, state_, [this](const auto& line) {
            const Unwrapper::Entry entry = log_->unwrapper().take(line.text);
            if (entry.kind != Unwrapper::Kind::part) ++counts[std::string(entry.text)];
        });
    }
    void save() {
        saved_.clear();
        log_->save(saved_);
        saved_counts_ = counts;
    }
    void crash() {
        begin();
        ByteReader in(saved_);
        if (!saved_.empty()) REQUIRE(log_->restore(in));
        counts = saved_counts_;
    }

    LineCounts counts;

  private:
    void begin() {
        FollowOptions options;
        options.from_beginning = true;
        log_ = std::make_unique<FollowedLog>(path_, options, Wrapping::detect, std::nullopt);
    }

    std::string path_;
    std::unique_ptr<FollowedLog> log_;
    EntryCounters counters_;
    EntryState state_;
    std::string saved_;
    LineCounts saved_counts_;
};

enum class Rotated { not_at_all, before_the_crash, while_down };

/// The runtime rotates between two physical lines only.
std::size_t line_end(const std::string& text, std::size_t at) {
    const std::size_t newline = text.find('\n', at);
    return newline == std::string::npos ? text.size() : newline + 1;
}

/// Durable up to `saved`, read up to `read`, then a crash.
void live(const std::string& text, std::size_t saved, std::size_t read, Rotated rotated) {
    TailFixture tail;
    std::size_t written = 0;
    const auto write = [&](std::size_t upto) {
        if (upto <= written) return;
        tail.append(text.substr(written, upto - written));
        written = upto;
    };
    const auto rotate = [&] {
        write(line_end(text, written));
        tail.rename("access.log", "access.log.1");
        tail.append("");
    };
    Reading reading(tail.path("access.log"));
    write(saved);
    reading.read(tail);
    reading.save();
    if (rotated == Rotated::before_the_crash) rotate();
    write(read);
    reading.read(tail);
    if (rotated == Rotated::while_down) rotate();
    reading.crash();
    reading.read(tail);
    reading.save();
    write(text.size());
    reading.read(tail);
    reading.crash();
    reading.read(tail);
    CHECK(reading.counts == kLines);
}

TEST_CASE("tail: a line in parts counts once wherever a snapshot and a crash fall", "[tail]") {
    const auto wrap = GENERATE(&cri, &docker);
    const Rotated rotated =
        GENERATE(Rotated::not_at_all, Rotated::before_the_crash, Rotated::while_down);
    const std::string text = content(wrap);
    for (std::size_t saved = 1; saved < text.size(); saved += 1) {
        for (const std::size_t read : {saved, line_end(text, saved) + 70}) {
            CAPTURE(text, saved, read, static_cast<int>(rotated));
            live(text, saved, std::min(read, text.size()), rotated);
        }
    }
}

}  // namespace
}  // namespace erp::tail
