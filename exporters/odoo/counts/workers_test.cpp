#include "exporters/odoo/counts/workers.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'795'320'000 * kSecond;
constexpr auto kNobodyLooks = std::nullopt;

/// `times` records of a process, a minute apart.
void write(Workers& workers, std::int32_t pid, int times, std::int64_t from = kStart) {
    for (int i = 0; i < times; ++i) {
        const std::int64_t time = from + 60 * kSecond * i;
        CHECK((workers.knows(pid) || workers.admits(false, kNobodyLooks)));
        workers.wrote(pid, time, false);
    }
}

TEST_CASE("workers: invented births put no process out that has written anything else", "[odoo]") {
    Workers workers;
    for (std::int32_t pid = 1; pid <= 40; ++pid)
        write(workers, pid, 1);
    workers.listens(0);
    for (std::int32_t pid = 0; pid < 50'000; ++pid) {
        CHECK(workers.admits(true, kNobodyLooks));
        workers.wrote(500'000 + pid, kStart, true);
    }
    for (std::int32_t pid = 1; pid <= 40; ++pid)
        CHECK(workers.knows(pid));
}

TEST_CASE("workers: invented processes put no process out that wrote at two moments", "[odoo]") {
    Workers workers;
    write(workers, 1, 2);
    for (std::int32_t pid = 0; pid < 50'000; ++pid)
        write(workers, 500'000 + pid, 1);
    CHECK(workers.knows(1));
    CHECK_FALSE(workers.knows(500'000));
}

TEST_CASE("workers: who still writes stays", "[odoo]") {
    Workers workers;
    write(workers, 1, 2);
    for (std::int32_t pid = 1'000; pid < 1'000 + 2 * static_cast<int>(Workers::kMost); ++pid) {
        write(workers, pid, 2);
        write(workers, 1, 1);
    }
    CHECK(workers.knows(1));
    CHECK_FALSE(workers.knows(1'000));
}

TEST_CASE("workers: who ended goes first", "[odoo]") {
    Workers workers;
    for (std::int32_t pid = 1; pid <= static_cast<int>(Workers::kMost); ++pid)
        write(workers, pid, 2);
    workers.at(2'000).ended = kStart;
    write(workers, 10'000, 1);
    CHECK_FALSE(workers.knows(2'000));
    CHECK(workers.knows(2'001));
}

TEST_CASE("workers: a number that writes long after its end is another process", "[odoo]") {
    Workers workers;
    workers.begin(7, WorkerType::http);
    workers.at(7).ended = kStart;
    workers.wrote(7, kStart + kSecond, false);  // the rest of its end
    CHECK(workers.at(7).ended == kStart);
    workers.wrote(7, kStart + 2 * Workers::kSameEnd, false);
    CHECK(workers.at(7).ended == 0);
    CHECK(workers.at(7).type == WorkerType::unknown);
}

TEST_CASE("workers: where processes are seen, that alone says who may write", "[odoo]") {
    Workers workers;
    CHECK_FALSE(workers.admits(true, false));
    CHECK_FALSE(workers.admits(false, false));
    CHECK(workers.admits(false, kNobodyLooks));
    workers.listens(0);
    CHECK(workers.admits(false, true));
    CHECK_FALSE(workers.admits(false, kNobodyLooks));
    CHECK(workers.admits(true, kNobodyLooks));
}

}  // namespace
}  // namespace erp::odoo
