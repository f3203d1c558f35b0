#include "core/scrape/scraper.hpp"

#include "core/scrape/fake_target.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <optional>
#include <thread>

namespace erp {
namespace {

using namespace std::chrono_literals;
using fake::Script;

struct Answer {
    std::optional<Result<std::shared_ptr<const std::string>>> page;
    Duration took{};
};

Awaitable<> ask(Scraper* scraper, PageRequest request, std::shared_ptr<Answer> answer) {
    const auto begun = Clock::now();
    answer->page = co_await scraper->page(request);
    answer->took = Clock::now() - begun;
}

const Exporter* const kExporters[] = {&fake::kExporter};

/// A scraper on its own I/O thread's loop, driven by the test.
class Bench {
  public:
    explicit Bench(std::vector<ConfiguredTarget> targets,
                   std::size_t response_bytes = std::size_t{1} << 20)
        : response_bytes_(response_bytes) {
        apply(std::move(targets));
    }
    ~Bench() {
        scraper_.stop();
        run(50ms);
        workers_.join();
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    Bench(Bench&&) = delete;
    Bench& operator=(Bench&&) = delete;

    void apply(std::vector<ConfiguredTarget> targets) {
        Estate estate;
        estate.tenancy = std::make_shared<const Tenancy>(
            std::vector<Tenant>{{"acme", "Acme Ltd", "production", "dedicated"}},
            std::vector<TenantRule>{{Dimension::database, "acme", "acme"}});
        estate.targets = std::move(targets);
        estate.limits.series_per_target = 100;
        estate.limits.response_bytes = response_bytes_;
        scraper_.apply(estate);
    }

    std::shared_ptr<Answer> ask(Duration wait, PageRequest request = {}) {
        request.deadline = Deadline::after(wait);
        auto answer = std::make_shared<Answer>();
        asio::co_spawn(io_, erp::ask(&scraper_, request, answer), asio::detached);
        return answer;
    }

    /// Lets the loop run until the answer is there, at most 20 s.
    std::string page(const std::shared_ptr<Answer>& answer) {
        const Deadline limit = Deadline::after(20s);
        while (!answer->page && !limit.passed())
            run(1ms);
        REQUIRE(answer->page);
        REQUIRE(*answer->page);
        return ***answer->page;
    }

    void run(Duration d) {
        io_.restart();
        const auto work = asio::make_work_guard(io_);
        io_.run_for(d);
    }

    [[nodiscard]] std::vector<TargetStatus> status() const { return scraper_.status(); }
    asio::io_context& io() { return io_; }

  private:
    std::size_t response_bytes_;
    asio::io_context io_{1};
    asio::thread_pool workers_{2};
    Log log_{LogLevel::error};
    Scraper scraper_{{io_, workers_, log_}, kExporters, std::make_shared<self::Counters>()};
};

bool has(const std::string& page, const std::string& line) {
    return page.find(line + "\n") != std::string::npos;
}

std::shared_ptr<Script> script(std::function<void(std::shared_ptr<Collection>)> answer = {}) {
    auto s = std::make_shared<Script>();
    s->answer = std::move(answer);
    return s;
}

TEST_CASE("scrape: a page has the values, the tenant, and the self rows", "[scrape]") {
    const auto s = script(fake::answer_all);
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(s->started == 1);
    CHECK(has(page, R"(fake_value{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(fake_up{target="main"} 1)"));
    CHECK(has(page, R"(erp_exporter_target_up{target="main",exporter="fake"} 1)"));
    CHECK(has(page, R"(erp_exporter_collector_success{target="main",exporter="fake",)"
                    R"(collector="value"} 1)"));
    CHECK(has(page, R"(erp_exporter_series{target="main",exporter="fake"} 5)"));
    CHECK(has(page, R"(erp_tenant_database_info{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(erp_tenant_info{tenant="acme",customer="Acme Ltd",)"
                    R"(environment="production",tier="dedicated"} 1)"));
    CHECK(page.find("process_resident_memory_bytes ") != std::string::npos);
}

TEST_CASE("scrape: a probe adds no label", "[scrape]") {
    Bench bench({fake::target("main", script(fake::answer_all))});
    PageRequest request;
    request.scope = PageRequest::Scope::target;
    request.target = "main";
    const std::string page = bench.page(bench.ask(1s, request));
    CHECK(has(page, "fake_up 1"));
    CHECK(has(page, R"(fake_value{tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, "erp_exporter_target_up 1"));
    CHECK(page.find("target=\"") == std::string::npos);
    CHECK(page.find("exporter=\"") == std::string::npos);
    CHECK(page.find("process_") == std::string::npos);
}

TEST_CASE("scrape: ten requests at once share one collection", "[scrape]") {
    const auto s = script();
    Bench bench({fake::target("main", s)});
    std::vector<std::shared_ptr<Answer>> answers;
    answers.reserve(10);
    for (int i = 0; i < 10; ++i)
        answers.push_back(bench.ask(5s));
    bench.run(20ms);
    REQUIRE(s->collections.size() == 1);
    fake::answer_all(s->collections[0]);
    for (const auto& answer : answers)
        CHECK(has(bench.page(answer), R"(fake_up{target="main"} 1)"));
    CHECK(s->collections.size() == 1);
}

TEST_CASE("scrape: a request that the running collection does not cover waits its turn",
          "[scrape]") {
    const auto s = script();
    Bench bench({fake::target("main", s)});
    PageRequest narrow;
    narrow.collect = {"value"};
    const auto first = bench.ask(5s, narrow);
    bench.run(10ms);
    const auto second = bench.ask(5s);
    bench.run(10ms);
    REQUIRE(s->collections.size() == 1);
    CHECK(s->collections[0]->wanted().count() == 1);
    fake::answer_all(s->collections[0]);
    const std::string page = bench.page(first);
    CHECK(page.find("fake_slow{") == std::string::npos);
    bench.run(10ms);
    REQUIRE(s->collections.size() == 2);
    fake::answer_all(s->collections[1]);
    CHECK(has(bench.page(second), R"(fake_slow{target="main"} 2)"));
}

TEST_CASE("scrape: what is ready by the deadline is served, the rest is absent", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        samples.add(fake::kValue, 1, "acme");
        c->succeed(fake::kValueAt, std::move(samples), {});
    });
    Bench bench({fake::target("main", s), fake::target("other", script(fake::answer_all))});
    const auto answer = bench.ask(1100ms);
    const std::string page = bench.page(answer);
    CHECK(answer->took < 2s);
    CHECK(has(page, R"(fake_value{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(erp_exporter_collector_success{target="main",exporter="fake",)"
                    R"(collector="slow"} 0)"));
    CHECK(has(page, R"(erp_exporter_target_up{target="main",exporter="fake"} 1)"));
    CHECK(has(page, R"(erp_exporter_target_failures_total{target="main",exporter="fake",)"
                    R"(phase="timeout"} 1)"));
    CHECK(has(page, R"(fake_slow{target="other"} 2)"));
}

TEST_CASE("scrape: a hung target delays one page, then none by more than a second", "[scrape]") {
    const auto hung = script();
    Bench bench({fake::target("hung", hung, 20s), fake::target("fine", script(fake::answer_all))});
    const auto first = bench.ask(1500ms);
    CHECK(has(bench.page(first), R"(fake_up{target="hung"} 0)"));
    CHECK(first->took >= 1500ms);
    const auto second = bench.ask(10s);
    CHECK(has(bench.page(second), R"(fake_up{target="fine"} 1)"));
    CHECK(second->took < 1300ms);
    CHECK(hung->collections.size() == 1);  // still refused while the first runs
    PageRequest probe;
    probe.scope = PageRequest::Scope::target;
    probe.target = "fine";
    const auto third = bench.ask(10s, probe);
    CHECK(has(bench.page(third), "fake_up 1"));
    CHECK(third->took < 500ms);
    fake::answer_all(hung->collections[0]);
    hung->answer = fake::answer_all;
    bench.run(20ms);
    CHECK(has(bench.page(bench.ask(10s)), R"(fake_up{target="hung"} 1)"));
}

TEST_CASE("scrape: a target that is down keeps its up, its failures and a watcher's counters",
          "[scrape]") {
    const auto s = script(fake::answer_all);
    Bench bench({fake::target("main", s)});
    CHECK(has(bench.page(bench.ask(1s)), R"(erp_exporter_collector_success{target="main",)"
                                         R"(exporter="fake",collector="watch"} 1)"));
    s->answer = [](const std::shared_ptr<Collection>& c) {
        Samples samples;
        samples.add(fake::kWaits, 3);
        samples.add(fake::kWaiting, 4);
        c->succeed(fake::kWatchAt, std::move(samples), {});
        c->fail_all({Phase::refused, "connection refused"});
    };
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_up{target="main"} 0)"));
    CHECK(has(page, R"(fake_waits_total{target="main"} 3)"));
    CHECK(has(page, R"(erp_exporter_collector_success{target="main",exporter="fake",)"
                    R"(collector="watch"} 0)"));
    CHECK(page.find("fake_waiting{") == std::string::npos);
    CHECK(page.find("fake_value{") == std::string::npos);
    CHECK(has(page, R"(erp_exporter_target_failures_total{target="main",exporter="fake",)"
                    R"(phase="refused"} 1)"));
}

TEST_CASE("scrape: a watcher's collector alone does not say whether the target is up", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        Samples samples;
        samples.add(fake::kWaiting, 4);
        c->succeed(fake::kWatchAt, std::move(samples), {});
    });
    Bench bench({fake::target("main", s)});
    PageRequest request;
    request.collect = {"watch"};
    const auto answer = bench.ask(5s, request);
    bench.run(20ms);
    REQUIRE_FALSE(answer->page);
    s->collections[0]->answered();
    s->collections[0]->finish();
    const std::string page = bench.page(answer);
    CHECK(has(page, R"(fake_up{target="main"} 1)"));
    CHECK(has(page, R"(fake_waiting{target="main"} 4)"));
}

TEST_CASE("scrape: a client with little time costs the others nothing", "[scrape]") {
    const auto s = script();
    Bench bench({fake::target("main", s)});
    CHECK(has(bench.page(bench.ask(1ms)), R"(fake_up{target="main"} 0)"));
    const auto other = bench.ask(5s);
    bench.run(1200ms);
    CHECK_FALSE(other->page);
    fake::answer_all(s->collections[0]);
    const std::string page = bench.page(other);
    CHECK(has(page, R"(fake_up{target="main"} 1)"));
    CHECK(has(page, R"(erp_exporter_target_failures_total{target="main",exporter="fake",)"
                    R"(phase="timeout"} 0)"));
}

TEST_CASE("scrape: a collector fails alone", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->fail(fake::kSlowAt, {Phase::query, "no such table"});
        fake::answer_all(c);
    });
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(page.find("fake_slow{") == std::string::npos);
    CHECK(has(page, R"(fake_value{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(erp_exporter_target_failures_total{target="main",exporter="fake",)"
                    R"(phase="query"} 1)"));
}

TEST_CASE("scrape: a minimum age saves the server the question", "[scrape]") {
    const auto s = script(fake::answer_all);
    auto target = fake::target("main", s);
    auto config = std::make_shared<TargetConfig>(*target.config);
    for (CollectorSetting& setting : config->collectors)
        setting.minimum_age = 1h;
    target.config = config;
    Bench bench({target});
    bench.page(bench.ask(1s));
    CHECK(has(bench.page(bench.ask(1s)), R"(fake_slow{target="main"} 2)"));
    CHECK(s->collections.size() == 1);
}

TEST_CASE("scrape: a series that comes twice costs nothing but itself", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        samples.add(fake::kValue, 1, "acme");
        samples.add(fake::kValue, 2, "acme");
        c->succeed(fake::kValueAt, std::move(samples), {});
        c->finish();
    });
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_value{target="main",tenant="acme",datname="acme"} 1)"));
    CHECK(has(page, R"(erp_exporter_duplicate_series_total{target="main",exporter="fake"} 1)"));
}

TEST_CASE("scrape: over the target's budget lines are dropped and counted", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        for (int i = 0; i < 150; ++i)
            samples.add(fake::kValue, i, std::to_string(i));
        c->succeed(fake::kValueAt, std::move(samples), {});
        c->finish();
    });
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(erp_exporter_series_dropped_total{target="main",exporter="fake",)"
                    R"(reason="target_budget"} 51)"));
    CHECK(has(page, R"(fake_up{target="main"} 1)"));
}

TEST_CASE("scrape: label values beyond the collector's cap are one, and counted", "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        for (const char* kind : {"a", "b", "c", "d", "e"})
            samples.add(fake::kKinds, 5, kind);
        c->succeed(fake::kSlowAt, std::move(samples), {});
        c->finish();
    });
    Bench bench({fake::target("main", s)});
    bench.page(bench.ask(1s));
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_kinds_total{target="main",kind="b"} 5)"));
    CHECK(page.find(R"(kind="c")") == std::string::npos);
    CHECK(has(page, R"(fake_kinds_total{target="main",kind="_other"} 0)"));
    CHECK(has(page, R"(erp_exporter_series_folded_total{target="main",exporter="fake",)"
                    R"(collector="slow"} 6)"));
}

TEST_CASE("scrape: pages that clients do not take have a limit together", "[scrape]") {
    Bench bench({fake::target("main", script(fake::answer_all))}, 1);
    auto slow = bench.ask(1s);
    bench.page(slow);
    const auto refused = bench.ask(1s);
    bench.run(100ms);
    REQUIRE(refused->page);
    REQUIRE(refused->page->has_error());
    CHECK(refused->page->error().phase == Phase::limit);
    slow.reset();
    CHECK(has(bench.page(bench.ask(1s)), R"(fake_up{target="main"} 1)"));
}

TEST_CASE("scrape: a watcher's success is when it looked, also while the collection runs",
          "[scrape]") {
    const auto s = script([](const std::shared_ptr<Collection>& c) {
        c->answered();
        Samples samples;
        samples.add(fake::kWaiting, 4);
        c->succeed(fake::kWatchAt, std::move(samples), {}, Unavailable::no, Clock::now() - 100s);
    });
    Bench bench({fake::target("main", s)});
    const std::string page = bench.page(bench.ask(100ms));
    const std::string series = R"(erp_exporter_collector_last_success_timestamp_seconds{)"
                               R"(target="main",exporter="fake",collector="watch"} )";
    const std::size_t at = page.find(series);
    REQUIRE(at != std::string::npos);
    CHECK(std::abs(std::stod(page.substr(at + series.size())) - (unix_now() - 100)) < 2);
    fake::answer_all(s->collections[0]);
}

TEST_CASE("scrape: the status page counts the series of a page that showed all", "[scrape]") {
    Bench bench({fake::target("main", script(fake::answer_all))});
    bench.page(bench.ask(1s));
    const std::size_t all = bench.status().front().lines;
    CHECK(all == 5);
    PageRequest one;
    one.names = {"fake_up"};
    bench.page(bench.ask(1s, one));
    CHECK(bench.status().front().lines == all);
    PageRequest part;
    part.collect = {"slow"};
    bench.page(bench.ask(1s, part));
    CHECK(bench.status().front().lines == all);
}

TEST_CASE("scrape: a client that goes away ends its own wait, not the collection that others share",
          "[scrape]") {
    std::shared_ptr<Collection> running;
    const auto s = script([&](std::shared_ptr<Collection> c) { running = std::move(c); });
    Bench bench({fake::target("main", s)});
    PageRequest request;
    request.client = std::make_shared<Presence>();
    const auto left = bench.ask(10s, request);
    const auto stays = bench.ask(10s);
    bench.run(50ms);
    CHECK_FALSE(left->page);
    request.client->leave();
    bench.run(50ms);
    REQUIRE(left->page);
    CHECK((*left->page).error().phase == Phase::closed);
    CHECK_FALSE(stays->page);
    fake::answer_all(running);
    const std::string page = bench.page(stays);
    CHECK(has(page, R"(fake_up{target="main"} 1)"));
    CHECK(s->started == 1);
}

TEST_CASE("scrape: a reload keeps unchanged targets and stops removed ones", "[scrape]") {
    const auto keep = script(fake::answer_all);
    const auto remove = script();
    Bench bench({fake::target("keep", keep), fake::target("remove", remove)});
    const auto waiting = bench.ask(10s);
    bench.run(20ms);
    const auto added = script(fake::answer_all);
    auto relabelled = fake::target("keep", script());
    auto config = std::make_shared<TargetConfig>(*relabelled.config);
    config->labels = {{"site", "x"}};
    relabelled.config = config;
    bench.apply({relabelled, fake::target("added", added)});
    CHECK(has(bench.page(waiting), R"(fake_up{target="keep"} 1)"));
    CHECK(waiting->took < 2s);
    CHECK(keep->started == 1);
    CHECK(keep->stopped == 0);
    CHECK(remove->stopped == 1);
    CHECK(added->started == 1);
    const std::string page = bench.page(bench.ask(1s));
    CHECK(has(page, R"(fake_up{target="keep",site="x"} 1)"));
    CHECK(page.find("remove") == std::string::npos);
}

TEST_CASE("scrape: whoever waits for another's hung collection in vain does not show old values",
          "[scrape]") {
    const auto s = script(fake::answer_all);
    Bench bench({fake::target("main", s)});
    CHECK(has(bench.page(bench.ask(1s)), R"(fake_up{target="main"} 1)"));
    s->answer = [](const std::shared_ptr<Collection>&) {};  // it hangs
    PageRequest part;
    part.collect = {"value"};
    const auto first = bench.ask(10s, part);
    bench.run(20ms);
    const std::string page = bench.page(bench.ask(1500ms));
    CHECK(has(page, R"(fake_up{target="main"} 0)"));
    CHECK(page.find("\nfake_value{") == std::string::npos);
    CHECK(page.find(R"(phase="timeout"} 1)") != std::string::npos);
    CHECK_FALSE(first->page);
}

TEST_CASE("scrape: a reload that changes a target's conversation starts another", "[scrape]") {
    const auto before = script(fake::answer_all);
    const auto after = script(fake::answer_all);
    Bench bench({fake::target("main", before)});
    (void)bench.page(bench.ask(1s));
    auto moved = fake::target("main", after);
    auto config = std::make_shared<TargetConfig>(*moved.config);
    config->identity += " elsewhere";
    moved.config = config;
    bench.apply({moved});
    CHECK(before->stopped == 1);
    (void)bench.page(bench.ask(1s));
    CHECK(before->started == 1);
    CHECK(after->started == 1);
}

TEST_CASE("scrape: what does not exist is refused with the nearest name", "[scrape]") {
    Bench bench({fake::target("main", script(fake::answer_all))});
    const auto problem = [&](PageRequest request) {
        const auto answer = bench.ask(1s, std::move(request));
        while (!answer->page)
            bench.run(1ms);
        return *answer->page ? std::string() : answer->page->error().text;
    };
    PageRequest request;
    request.collect = {"valeu"};
    CHECK(problem(request) == "unknown collector 'valeu'; did you mean value?");
    request.collect = {"fake.value"};
    CHECK(problem(request).empty());
    request = {};
    request.names = {"fake_upp"};
    CHECK(problem(request) == "unknown metric 'fake_upp'; did you mean fake_up?");
    request = {};
    request.scope = PageRequest::Scope::target;
    request.target = "mian";
    CHECK(problem(request) == "unknown target 'mian'; did you mean main?");
    request.target = "other";
    CHECK(problem(request) == "unknown target 'other'");
}

TEST_CASE("scrape: replies from many threads at once are all there", "[scrape]") {
    std::vector<std::thread> threads;
    const auto s = script([&](const std::shared_ptr<Collection>& c) {
        for (std::size_t i = 0; i < 3; ++i) {
            threads.emplace_back([c, i] {
                c->answered();
                Samples samples;
                if (i == fake::kSlowAt) samples.add(fake::kSlow, 2);
                c->succeed(i, std::move(samples), {});
            });
        }
    });
    Bench bench({fake::target("main", s)});
    for (int i = 0; i < 50; ++i) {
        const auto answer = bench.ask(5s);
        CHECK(has(bench.page(answer), R"(fake_slow{target="main"} 2)"));
        CHECK(answer->took < 4s);
        s->collections.back()->finish();
        bench.run(2ms);
    }
    for (std::thread& thread : threads)
        thread.join();
}

}  // namespace
}  // namespace erp
