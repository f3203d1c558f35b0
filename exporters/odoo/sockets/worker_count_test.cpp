#include "exporters/odoo/sockets/worker_count.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace erp::odoo {
namespace {

WorkerCount count(const std::vector<std::uint32_t>& backlogs,
                  std::optional<std::uint32_t> most = 4096) {
    return count_workers(backlogs, most);
}

constexpr WorkerCount kUnknown{};
constexpr WorkerCount kEither{ServerMode::threaded_or_16_workers, std::nullopt};

TEST_CASE("workers: a prefork server listens with eight for each", "[odoo][sockets]") {
    CHECK(count({24}) == WorkerCount{ServerMode::prefork, 3});
    CHECK(count({8, 16}) == WorkerCount{ServerMode::prefork, 3});
    CHECK(count({20}) == kUnknown);
    CHECK(count({24, 20}) == kUnknown);
    CHECK(count({}) == kUnknown);
}

TEST_CASE("workers: a backlog that is cut, or not known, tells nothing", "[odoo][sockets]") {
    CHECK(count({4096}) == kUnknown);
    CHECK(count({128}, 128) == kUnknown);
    CHECK(count({24}, std::nullopt) == kUnknown);
    CHECK(count({0}) == kUnknown);
}

TEST_CASE("workers: 128 is a threaded server's or that of 16 until they show it",
          "[odoo][sockets]") {
    CHECK(count({128}) == kEither);
    CHECK(with_evidence(kEither, 16, false) == kEither);
    CHECK(with_evidence(kEither, 3, true) == kEither);
    CHECK(with_evidence(kEither, 17, false) == WorkerCount{ServerMode::threaded, std::nullopt});
    CHECK(with_evidence(kEither, 16, true) == WorkerCount{ServerMode::prefork, 16});
    const WorkerCount three{ServerMode::prefork, 3};
    CHECK(with_evidence(three, 17, true) == three);
}

TEST_CASE("workers: 128 is what the processes say", "[odoo][sockets]") {
    const WorkerCount both{ServerMode::threaded_or_16_workers, std::nullopt};
    CHECK(with_evidence(both, 0, false, WorkerCount{ServerMode::threaded, std::nullopt}) ==
          WorkerCount{ServerMode::threaded, std::nullopt});
    CHECK(with_evidence(both, 0, false, WorkerCount{ServerMode::prefork, 17}) ==
          WorkerCount{ServerMode::prefork, 16});
    CHECK(with_evidence(both, 0, false, std::nullopt) == both);
    const WorkerCount three{ServerMode::prefork, 3};
    CHECK(with_evidence(three, 0, false, WorkerCount{ServerMode::threaded, std::nullopt}) == three);
}

}  // namespace
}  // namespace erp::odoo
