#include "core/scrape/folding.hpp"

#include "core/metrics/page_families.hpp"
#include "core/metrics/samples.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace erp {
namespace {

using namespace std::chrono_literals;

constexpr Metric kErrors{
    .name = "errors_total", .type = Type::counter, .help = "Errors.", .labels = {"err"}};
constexpr Cap kErrorCap{.most = 2, .weight = &kErrors, .labels = {"err"}};

constexpr Metric kSessions{
    .name = "sessions", .help = "Sessions.", .labels = {"datname", "state", "user", "app"}};
constexpr Metric kOldest{.name = "oldest_seconds",
                         .help = "Age.",
                         .labels = {"datname", "state", "user", "app"},
                         .unit = Unit::seconds,
                         .fold = Fold::maximum};
constexpr Metric kConnections{.name = "connections", .help = "All.", .labels = {"datname"}};
constexpr Cap kSessionCap{
    .most = 1, .weight = &kSessions, .labels = {"app", "user"}, .within = "datname"};

const Clock::time_point kStart = Clock::now();

struct Count {
    std::string_view name;
    double value;
};

Samples errors(const std::vector<Count>& counts) {
    Samples samples;
    for (const Count& count : counts)
        samples.add(kErrors, count.value, count.name);
    return samples;
}

/// Of the point whose label values, joined by "/", are `labels`; nothing: there is none.
std::optional<double> value(const Samples& samples, const Metric& metric, std::string labels) {
    for (char& c : labels)
        if (c == '/') c = '\0';
    labels += '\0';
    for (const Samples::Point& point : samples.points()) {
        if (point.metric == &metric && samples.labels(point) == labels) return point.value;
    }
    return std::nullopt;
}

TEST_CASE("folding: within the cap nothing changes and nothing is counted", "[scrape]") {
    Folding folding(kErrorCap);
    const auto shown = folding.fold(errors({{"ERR", 5}, {"OOM", 3}}), kStart);
    CHECK(shown->size() == 2);
    CHECK(value(*shown, kErrors, "OOM") == 3);
    CHECK(folding.folded() == 0);
}

TEST_CASE("folding: a counter's _other is what the folded grew by since the start", "[scrape]") {
    Folding folding(kErrorCap);
    auto shown = folding.fold(errors({{"ERR", 50}, {"OOM", 30}, {"X", 20}, {"Y", 10}}), kStart);
    CHECK(value(*shown, kErrors, "ERR") == 50);
    CHECK(value(*shown, kErrors, "OOM") == 30);
    CHECK_FALSE(value(*shown, kErrors, "X"));
    CHECK(value(*shown, kErrors, "_other") == 0);  // a restart of ours is no burst of errors
    CHECK(folding.folded() == 2);
    shown = folding.fold(errors({{"ERR", 60}, {"OOM", 40}, {"X", 21}, {"Y", 12}}), kStart + 10s);
    CHECK(value(*shown, kErrors, "_other") == 3);
    // A kind that is new is counted whole.
    shown = folding.fold(errors({{"ERR", 70}, {"OOM", 50}, {"X", 22}, {"Y", 12}, {"Z", 5}}),
                         kStart + 20s);
    CHECK(value(*shown, kErrors, "_other") == 9);
}

TEST_CASE("folding: another server behind the address, or one that starts anew, adds nothing",
          "[scrape]") {
    Folding folding(kErrorCap);
    const auto both = [](double x) {
        Samples samples = errors({{"ERR", 1e9}, {"OOM", 1e9}, {"X", 1e6}, {"Y", x}, {"Z", 1e6}});
        samples.set_run("a");
        return samples;
    };
    const auto other = [&](Samples samples, int second) {
        const auto shown = folding.fold(std::move(samples), kStart + second * 1s);
        return value(*shown, kErrors, "_other").value_or(-1);
    };
    CHECK(other(both(1), 0) == 0);
    CHECK(other(both(2), 1) == 1);
    CHECK(other(errors({{"ERR", 3}, {"OOM", 3}, {"X", 3}}), 2) == 1);  // lacks some: another
    CHECK(other(both(9), 3) == 1);                                     // the first again
    CHECK(other(both(10), 4) == 2);
}

TEST_CASE("folding: a name that was folded once counts on when another one vanishes", "[scrape]") {
    Folding folding(kErrorCap);
    std::vector<Count> all{{"A", 5'000}, {"B", 900}, {"C", 800}, {"D", 700}, {"E", 600}, {"Z", 1}};
    const auto shown = [&](int second) { return folding.fold(errors(all), kStart + second * 1s); };
    (void)shown(0);
    for (int second = 1; second < 4; ++second) {  // A does not grow and loses its name
        for (std::size_t i = 1; i < 5; ++i)
            all[i].value += 1e6;
        (void)shown(second);
    }
    for (int round = GENERATE(0, 300); round > 0; --round) {  // however often it is asked for
        all[0].value += 1;
        (void)shown(3);
    }
    all[0].value += 1e9;  // and gets it back
    const double before = value(*shown(4), kErrors, "A").value_or(-1);
    REQUIRE(before < 1e9);
    REQUIRE(before > 0);
    all.pop_back();
    all[0].value += 7;
    CHECK(value(*shown(5), kErrors, "A") == before + 7);
    all[0].value += 1;
    CHECK(value(*shown(6), kErrors, "A") == before + 8);
}

TEST_CASE("folding: _other begins with 0 when the cap is crossed, and names keep their standing",
          "[scrape]") {
    Folding folding(kErrorCap);
    (void)folding.fold(errors({{"ERR", 5}, {"OOM", 3}}), kStart);
    auto shown = folding.fold(errors({{"ERR", 9}, {"OOM", 3}, {"X", 7}}), kStart + 10s);
    CHECK(value(*shown, kErrors, "OOM") == 3);  // third of four that stay
    CHECK(value(*shown, kErrors, "X") == 7);
    shown =
        folding.fold(errors({{"ERR", 9}, {"OOM", 3}, {"X", 8}, {"Y", 2}, {"Z", 1}}), kStart + 20s);
    CHECK(value(*shown, kErrors, "_other") == 0);
    shown =
        folding.fold(errors({{"ERR", 9}, {"OOM", 3}, {"X", 8}, {"Y", 2}, {"Z", 1}}), kStart + 30s);
    CHECK(value(*shown, kErrors, "_other").value_or(-1) == 3);  // Y and Z came with 3
}

TEST_CASE("folding: who calls himself _other is folded", "[scrape]") {
    Folding folding(kErrorCap);
    (void)folding.fold(errors({{"_other", 100'000}, {"ERR", 1}}), kStart);
    const auto shown = folding.fold(errors({{"_other", 100'004}, {"ERR", 1}}), kStart + 10s);
    CHECK(shown->size() == 2);
    CHECK(value(*shown, kErrors, "ERR") == 1);
    CHECK(value(*shown, kErrors, "_other") == 4);
}

TEST_CASE("folding: no increase is counted twice, and little is lost, when names move",
          "[scrape]") {
    Folding folding(kErrorCap);
    std::map<std::string, double> last;    // of each series, also over gaps, as increase() does
    std::map<std::string, double> totals;  // the server's
    for (int i = 0; i < 12; ++i)
        totals.emplace("E" + std::to_string(i), 1e6 - i);
    double truth = 0;
    double counted = 0;
    double other = 0;
    for (int round = 0; round < 600; ++round) {
        std::vector<Count> counts;
        int place = 0;
        for (auto& [name, total] : totals) {
            // Each has its time: a burst of its own, again and again.
            const double grows = place++ == (round / 10) % 12 ? 100 : 1;
            if (round > 0) total += grows;
            if (round > 0) truth += grows;
            counts.push_back({name, total});
        }
        const auto shown = folding.fold(errors(counts), kStart + round * 60s);
        CHECK(shown->size() <= 5);
        for (const Samples::Point& point : shown->points()) {
            const std::string name(label_at(shown->labels(point), 0));
            const auto [it, first] = last.try_emplace(name, point.value);
            REQUIRE(point.value >= it->second);
            counted += point.value - it->second;
            if (name == "_other") other += point.value - it->second;
            it->second = point.value;
        }
    }
    CHECK(other > 0);
    CHECK(counted <= truth);
    CHECK(counted >= truth * 0.95);
}

TEST_CASE("folding: the one that grows now gets its name, whatever the others once were",
          "[scrape]") {
    Folding folding(kErrorCap);
    (void)folding.fold(errors({{"A", 1e6}, {"B", 1e6}, {"OOM", 1}}), kStart);
    (void)folding.fold(errors({{"A", 1e6 + 9}, {"B", 1e6}, {"OOM", 1}}), kStart + 10s);
    const auto shown = folding.fold(errors({{"A", 1e6 + 9}, {"B", 1e6}, {"OOM", 4}}), kStart + 20s);
    CHECK(value(*shown, kErrors, "OOM") == 4);
}

TEST_CASE("folding: gauges add up or keep the largest, each database for itself", "[scrape]") {
    Folding folding(kSessionCap);
    Samples samples;
    const auto add = [&](const char* datname, const char* app, double count, double age) {
        samples.add(kSessions, count, datname, "idle", "odoo", app);
        samples.add(kOldest, age, datname, "idle", "odoo", app);
    };
    add("acme", "web", 9, 1);
    add("acme", "x1", 2, 60);
    add("acme", "x2", 3, 30);
    add("globex", "x1", 1, 5);
    samples.add(kSessions, 0, "acme", "active", "", "");  // a state without sessions
    samples.add(kConnections, 14, "acme");
    const auto shown = folding.fold(std::move(samples), kStart);
    CHECK(value(*shown, kSessions, "acme/idle/odoo/web") == 9);
    CHECK(value(*shown, kSessions, "acme/idle//_other") == 5);
    CHECK(value(*shown, kOldest, "acme/idle//_other") == 60);
    CHECK(value(*shown, kSessions, "globex/idle/odoo/x1") == 1);
    CHECK(value(*shown, kSessions, "acme/active//") == 0);
    CHECK(value(*shown, kConnections, "acme") == 14);
    CHECK_FALSE(value(*shown, kSessions, "acme/idle/odoo/x1"));
    CHECK(folding.folded() == 4);
}

TEST_CASE("folding: a second cap of the same collector folds its own labels", "[scrape]") {
    static constexpr Cap kBoth{
        .most = 2, .weight = &kErrors, .labels = {"err"}, .also = &kSessionCap};
    Folding folding(kBoth);
    Samples samples = errors({{"A", 9}, {"B", 8}, {"C", 7}, {"D", 6}, {"E", 5}});
    for (const std::string_view app : {"a", "b", "c"})
        samples.add(kSessions, 1, "acme", "idle", "odoo", app);
    const auto shown = folding.fold(std::move(samples), kStart);
    CHECK(value(*shown, kErrors, "_other"));
    CHECK(value(*shown, kErrors, "A") == 9);
    CHECK(value(*shown, kSessions, "acme/idle//_other") == 2);
    CHECK(folding.folded() == 5);
}

}  // namespace
}  // namespace erp
