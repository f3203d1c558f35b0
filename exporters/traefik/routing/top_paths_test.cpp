#include "exporters/traefik/routing/top_paths.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>
#include <utility>

namespace erp::traefik {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kBegin = 1'785'000'000 * kSecond;

using Rows = std::map<std::pair<std::string, std::string>, std::uint64_t>;

Rows requests_of(const TopPaths& top) {
    Rows rows;
    top.each([&](std::string_view tenant, std::string_view path,
                 const TopPaths::Counters& counters) {
        CHECK(rows.try_emplace({std::string(tenant), std::string(path)}, counters.requests).second);
    });
    return rows;
}

void add(TopPaths& top, std::string_view path, std::size_t times, std::int64_t now = kBegin) {
    for (std::size_t i = 0; i < times; ++i)
        top.add("acme", path, 1000, now);
}

TEST_CASE("traefik top paths: a frequent path is counted exactly from its admission on",
          "[top_paths]") {
    TopPaths top;
    add(top, "/web", 9);
    CHECK(requests_of(top) == Rows{{{"acme", "_other"}, 9}});
    add(top, "/web", 100);
    add(top, "/rare", 3);
    CHECK(requests_of(top) == Rows{{{"acme", "_other"}, 12}, {{"acme", "/web"}, 100}});
    top.add("globex", "/web", 5, kBegin);
    CHECK(requests_of(top).at({"globex", "_other"}) == 1);
    top.each(
        [](std::string_view tenant, std::string_view path, const TopPaths::Counters& counters) {
            if (tenant == "acme") CHECK(counters.nanoseconds == counters.requests * 1000);
            if (tenant == "globex") CHECK((path == "_other" && counters.nanoseconds == 5));
        });
}

TEST_CASE("traefik top paths: noise takes no place, and places are few", "[top_paths]") {
    TopPaths top;
    std::mt19937_64 random(6);  // NOLINT(cert-msc51-cpp): the same paths in each run
    for (int i = 0; i < 100'000; ++i)
        add(top, "/" + std::to_string(random()), 1);
    CHECK(requests_of(top) == Rows{{{"acme", "_other"}, 100'000}});
    for (int i = 0; i < 50; ++i)
        add(top, "/path" + std::to_string(i), 1000);
    const Rows rows = requests_of(top);
    CHECK(rows.size() == TopPaths::kPlaces + 1);
    std::uint64_t sum = 0;
    for (const auto& [key, requests] : rows)
        sum += requests;
    CHECK(sum == 150'000);
}

TEST_CASE("traefik top paths: a path that nobody requests goes, and goes on when it is back",
          "[top_paths]") {
    TopPaths top(std::chrono::hours(1));
    add(top, "/web", 109);
    add(top, "/other", 1, kBegin + kHour / 2);
    CHECK(requests_of(top).contains({"acme", "/web"}));
    add(top, "/other", 1, kBegin + 2 * kHour);
    CHECK_FALSE(requests_of(top).contains({"acme", "/web"}));
    add(top, "/web", 9, kBegin + 2 * kHour);
    CHECK_FALSE(requests_of(top).contains({"acme", "/web"}));
    add(top, "/web", 1, kBegin + 2 * kHour);
    CHECK(requests_of(top).at({"acme", "/web"}) == 101);  // never less than before
}

TEST_CASE("traefik top paths: only the last evicted paths are remembered", "[top_paths]") {
    TopPaths top(std::chrono::hours(1));
    std::int64_t now = kBegin;
    for (int round = 0; round < 4; ++round, now += 3 * kHour) {
        for (int i = 0; i < 15; ++i)
            add(top, "/r" + std::to_string(round) + "/" + std::to_string(i), 20, now);
    }
    add(top, "/r0/0", 20, now);
    add(top, "/r3/0", 20, now);
    CHECK(requests_of(top).at({"acme", "/r0/0"}) == 11);  // forgotten: a reset
    CHECK(requests_of(top).at({"acme", "/r3/0"}) == 22);
}

TEST_CASE("traefik top paths: tenants that are too many share one", "[top_paths]") {
    TopPaths top;
    for (std::size_t i = 0; i < TopPaths::kMostTenants + 50; ++i)
        top.add("t" + std::to_string(i), "/web", 1, kBegin);
    const Rows rows = requests_of(top);
    CHECK(rows.size() == TopPaths::kMostTenants + 2);
    CHECK(rows.at({"_other", "_other"}) == 9);
    CHECK(rows.at({"_other", "/web"}) == 41);
}

TEST_CASE("traefik top paths: saved and restored they go on as if nothing had been",
          "[top_paths]") {
    TopPaths top;
    TopPaths interrupted;
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp)
    std::int64_t now = kBegin;
    for (int i = 0; i < 20'000; ++i) {
        now += static_cast<std::int64_t>(random() % (2 * kSecond));
        const std::uint64_t square = random() % 40;
        const std::string path = "/p" + std::to_string(square * (random() % 40) / 10);
        const std::string tenant = random() % 3 == 0 ? "acme" : "globex";
        top.add(tenant, path, 7, now);
        interrupted.add(tenant, path, 7, now);
        if (i % 500 != 0) continue;
        std::string saved;
        interrupted.save(saved);
        tail::ByteReader in(saved);
        REQUIRE(interrupted.restore(in));
        CHECK(in.at_end());
    }
    CHECK(requests_of(top) == requests_of(interrupted));
}

TEST_CASE("traefik top paths: damaged state is refused, whatever is damaged", "[top_paths]") {
    TopPaths top;
    for (int i = 0; i < 30; ++i)
        add(top, "/path/of/many/" + std::to_string(i % 9), 20, kBegin + i * kHour / 4);
    std::string saved;
    top.save(saved);
    std::mt19937 random(2);  // NOLINT(cert-msc51-cpp): the same damage in each run
    for (int i = 0; i < 3000; ++i) {
        std::string damaged = saved;
        if (i % 2 == 0) damaged.resize(random() % damaged.size());
        for (int bytes = 0; bytes < 3 && !damaged.empty(); ++bytes)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        tail::ByteReader in(damaged);
        TopPaths restored;
        if (!restored.restore(in)) CHECK(requests_of(restored).empty());
        add(restored, "/path", 30, kBegin + 40 * kHour);
        CHECK_FALSE(requests_of(restored).empty());
    }
}

}  // namespace
}  // namespace erp::traefik
