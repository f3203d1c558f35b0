#include "exporters/traefik/routing/request_numbers.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace erp::traefik {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kBegin = 1'785'000'000 * kSecond;

/// An entry of number `number` that began `start` seconds after the begin and took no time.
Seen see(RequestNumbers& numbers, std::uint64_t number, std::int64_t start) {
    return numbers.see(number, kBegin + start * kSecond, kBegin + start * kSecond);
}

TEST_CASE("traefik request numbers: what ends out of order is not missing", "[request_numbers]") {
    RequestNumbers numbers;
    for (const std::uint64_t number : {5U, 7U, 6U, 10U, 8U, 9U, 4U})
        CHECK(see(numbers, number, 1) == Seen::fresh);
    CHECK(see(numbers, 11, 2000) == Seen::fresh);
    CHECK(see(numbers, 12, 4000) == Seen::fresh);
    CHECK(numbers.missing() == 0);
    CHECK(numbers.resets() == 0);
}

TEST_CASE("traefik request numbers: a hole counts when the settle window is over",
          "[request_numbers]") {
    RequestNumbers numbers;
    see(numbers, 1, 0);
    see(numbers, 5, 0);
    see(numbers, 3, 1);
    see(numbers, 6, 840);
    CHECK(numbers.missing() == 0);
    see(numbers, 7, 960);
    CHECK(numbers.missing() == 2);
    CHECK(numbers.late() == 0);
    // 2 was open all the time; 4 is lost.
    CHECK(numbers.see(2, kBegin, kBegin + 20 * kMinute) == Seen::fresh);
    CHECK(numbers.missing() == 2);
    CHECK(numbers.late() == 1);
    CHECK(numbers.see(2, kBegin, kBegin + 20 * kMinute) == Seen::duplicate);
    CHECK(numbers.late() == 1);
}

TEST_CASE("traefik request numbers: a line seen twice is a duplicate, its neighbours are not",
          "[request_numbers]") {
    RequestNumbers numbers;
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t number = 100; number < 400; ++number) {
            const Seen expected = round == 0 ? Seen::fresh : Seen::duplicate;
            CHECK(see(numbers, number, static_cast<std::int64_t>(number)) == expected);
        }
    }
    CHECK(see(numbers, 400, 400) == Seen::fresh);
    CHECK(numbers.missing() == 0);
    CHECK(numbers.resets() == 0);
}

TEST_CASE("traefik request numbers: they restart at 1 with a new run of Traefik",
          "[request_numbers]") {
    RequestNumbers numbers;
    for (std::uint64_t number = 1; number <= 100; ++number) {
        if (number != 98) see(numbers, number, static_cast<std::int64_t>(number));
    }
    CHECK(see(numbers, 2, 110) == Seen::fresh);
    CHECK(numbers.resets() == 1);
    CHECK(numbers.missing() == 1);  // 98 ran when Traefik was killed
    CHECK(see(numbers, 1, 110) == Seen::fresh);
    CHECK(see(numbers, 3, 110) == Seen::fresh);
    CHECK(see(numbers, 99, 99) == Seen::fresh);  // of the run before: not judged
    CHECK(see(numbers, 4, 111) == Seen::fresh);
    CHECK(numbers.resets() == 1);
    CHECK(numbers.missing() == 1);
}

TEST_CASE("traefik request numbers: in a long run each number is judged by itself",
          "[request_numbers]") {
    RequestNumbers numbers;
    const std::uint64_t open = RequestNumbers::kTags + 5;  // shares its place with 5
    for (std::uint64_t number = 1; number <= open + 100; ++number) {
        if (number != open) CHECK(see(numbers, number, 0) == Seen::fresh);
    }
    CHECK(see(numbers, open, 0) == Seen::fresh);
    CHECK(see(numbers, open, 0) == Seen::duplicate);
    CHECK(see(numbers, open + 1, 0) == Seen::duplicate);
    CHECK(see(numbers, 3, 0) == Seen::fresh);  // too long ago to be sure
    CHECK(numbers.resets() == 0);
    // Seen long ago, and begun after all that was seen: a run that began at once.
    CHECK(numbers.see(3, kBegin + 1, kBegin + 1) == Seen::fresh);
    CHECK(numbers.resets() == 1);
    CHECK(numbers.missing() == 0);
}

TEST_CASE("traefik request numbers: a new run is told though the clock was set back",
          "[request_numbers]") {
    RequestNumbers numbers;
    for (std::uint64_t number = 1; number <= 100; ++number)
        see(numbers, number, 100'000 + static_cast<std::int64_t>(number));
    for (std::uint64_t number = 1; number <= 100; ++number) {
        CHECK(see(numbers, number, static_cast<std::int64_t>(number)) == Seen::fresh);
        CHECK(see(numbers, number, static_cast<std::int64_t>(number)) == Seen::duplicate);
    }
    CHECK(numbers.resets() == 1);
    see(numbers, 102, 101);
    see(numbers, 103, 102);
    see(numbers, 104, 5000);
    CHECK(numbers.missing() == 1);
}

TEST_CASE("traefik request numbers: where the log has neither, nothing is told",
          "[request_numbers]") {
    RequestNumbers numbers;
    for (int i = 0; i < 3; ++i) {
        CHECK(numbers.see(std::nullopt, kBegin, kBegin) == Seen::fresh);
        CHECK(numbers.see(7, std::nullopt, kBegin) == Seen::fresh);
        CHECK(numbers.see(0, kBegin, kBegin) == Seen::fresh);
        CHECK(numbers.see(~std::uint64_t{0}, kBegin, kBegin) == Seen::fresh);
        CHECK(numbers.see(7, INT64_MIN, INT64_MIN) == Seen::fresh);
        CHECK(numbers.see(7, INT64_MAX, INT64_MAX) == Seen::fresh);
    }
    CHECK(numbers.missing() + numbers.resets() == 0);
}

TEST_CASE("traefik request numbers: a gap of any length costs a moment", "[request_numbers]") {
    RequestNumbers numbers;
    see(numbers, 1, 0);
    see(numbers, 10'000'000'000, 1);  // the log of a week is gone
    const std::uint64_t expected = 10'000'000'000 - NumberWindow::kMost - 1;
    CHECK(numbers.missing() == expected);
    see(numbers, 10'000'000'001, 100'000);
    see(numbers, 10'000'000'002, 200'000);
    CHECK(numbers.missing() == 9'999'999'998);
    std::string saved;
    numbers.save(saved);
    CHECK(saved.size() < 500'000);
}

struct Line {
    std::uint64_t number = 0;
    std::int64_t start = 0;
    std::int64_t end = 0;
    bool again = false;  ///< a copy of a line before
};

/// What a Traefik that is restarted now and then writes, with losses and copies.
struct Story {
    std::vector<Line> lines;
    std::uint64_t missing = 0;
    std::uint64_t late = 0;
    std::uint64_t resets = 0;
};

Story story(std::mt19937& random) {
    Story made;
    std::int64_t now = kBegin;
    for (int run = 0; run < 4; ++run) {
        if (run > 0) ++made.resets;
        std::vector<Line> written;
        const std::uint64_t requests = 3000 + random() % 3000;
        std::int64_t run_end = now;
        for (std::uint64_t number = 1; number <= requests; ++number) {
            now += static_cast<std::int64_t>(random() % (2 * kSecond));
            std::int64_t took = static_cast<std::int64_t>(random() % (8 * kSecond));
            if (random() % 100 == 0)
                took = (17 + static_cast<std::int64_t>(random() % 20)) * kMinute;
            written.push_back({number, now, now + took, false});
            run_end = now;
        }
        // Killed: what is open has no line. Lost: random ones, but not the first.
        std::erase_if(written, [&](const Line& line) {
            return line.end > run_end || (line.number > 20 && random() % 50 == 0);
        });
        std::ranges::sort(written, {}, &Line::end);
        std::uint64_t highest = 0;
        for (const Line& line : written)
            highest = std::max(highest, line.number);
        made.missing += highest - written.size();
        for (const Line& line : written) {
            if (line.end - line.start <= 16 * kMinute) continue;
            ++made.missing;
            ++made.late;
        }
        std::vector<Line> with_copies;
        for (const Line& line : written) {
            with_copies.push_back(line);
            if (random() % 40 == 0) {
                const std::size_t back =
                    std::min<std::size_t>(with_copies.size(), 1 + random() % 200);
                Line copy = with_copies[with_copies.size() - back];
                copy.again = true;
                with_copies.push_back(copy);
            }
        }
        made.lines.insert(made.lines.end(), with_copies.begin(), with_copies.end());
        now += static_cast<std::int64_t>(random() % kMinute) + 2 * kSecond;
    }
    return made;
}

TEST_CASE(
    "traefik request numbers: losses, copies, late ends and restarts are each counted exactly",
    "[request_numbers]") {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        std::mt19937 random(seed);
        Story told = story(random);
        // A request long after the last one ends the last window.
        const Line last = told.lines.back();
        std::uint64_t highest = 0;
        for (auto line = told.lines.rbegin();
             line != told.lines.rend() && line->start > last.start - kMinute; ++line)
            highest = std::max(highest, line->number);
        told.lines.push_back(
            {highest + 1, last.end + 20 * kMinute, last.end + 20 * kMinute, false});
        told.lines.push_back(
            {highest + 2, last.end + 40 * kMinute, last.end + 40 * kMinute, false});

        RequestNumbers numbers;
        RequestNumbers interrupted;  // saved and restored every now and then
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < told.lines.size(); ++i) {
            const Line& line = told.lines[i];
            const Seen expected = line.again ? Seen::duplicate : Seen::fresh;
            if (numbers.see(line.number, line.start, line.end) != expected) ++wrong;
            if (interrupted.see(line.number, line.start, line.end) != expected) ++wrong;
            if (i % 997 == 0) {
                std::string saved;
                interrupted.save(saved);
                tail::ByteReader in(saved);
                REQUIRE(interrupted.restore(in));
                CHECK(in.at_end());
            }
        }
        CAPTURE(seed);
        CHECK(wrong == 0);
        CHECK(numbers.missing() == told.missing);
        CHECK(numbers.late() == told.late);
        CHECK(numbers.resets() == told.resets);
        CHECK(told.late > 0);
        std::string one;
        std::string other;
        numbers.save(one);
        interrupted.save(other);
        CHECK((one == other));
    }
}

TEST_CASE("traefik request numbers: damaged state is refused, whatever is damaged",
          "[request_numbers]") {
    RequestNumbers numbers;
    for (std::uint64_t number = 1; number < 3000; number += 1 + number % 3)
        see(numbers, number, static_cast<std::int64_t>(number));
    std::string saved;
    numbers.save(saved);
    std::mt19937 random(2);  // NOLINT(cert-msc51-cpp): the same damage in each run
    for (int i = 0; i < 2000; ++i) {
        std::string damaged = saved;
        if (i % 2 == 0) damaged.resize(random() % damaged.size());
        for (int bytes = 0; bytes < 3 && !damaged.empty(); ++bytes)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        tail::ByteReader in(damaged);
        RequestNumbers restored;
        if (!restored.restore(in)) CHECK(restored.missing() + restored.resets() == 0);
        for (std::uint64_t number = 2900; number < 3200; ++number)
            see(restored, number, static_cast<std::int64_t>(number));
    }
}

}  // namespace
}  // namespace erp::traefik
