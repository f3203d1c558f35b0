#include "core/scrape/scraper_bench.hpp"

#include <boost/asio/post.hpp>

#include <thread>

namespace erp {
namespace {

using namespace scrape_test;

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
    const std::string meanwhile = bench.page(waiting);
    CHECK(has(meanwhile, R"(fake_up{target="keep"} 1)"));
    CHECK(meanwhile.find("remove") == std::string::npos);
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
    before->answer = [](const std::shared_ptr<Collection>& collection) { collection->answered(); };
    before->stop = [&before] { before->collections.back()->fail_all({Phase::closed, "stopped"}); };
    const auto waiting = bench.ask(10s);
    bench.run(20ms);
    bench.apply({moved});
    CHECK(before->stopped == 1);
    // Who waits for the conversation that has ended is told by the next one.
    const std::string meanwhile = bench.page(waiting);
    CHECK(has(meanwhile, R"(fake_up{target="main"} 1)"));
    CHECK(has(meanwhile, R"(fake_slow{target="main"} 2)"));
    CHECK(waiting->took < 2s);
    (void)bench.page(bench.ask(1s));
    CHECK(before->started == 1);
    CHECK(after->started == 1);
}

TEST_CASE("scrape: what was folded goes on when a reload changes the target", "[scrape]") {
    double count = 5;
    const auto answer = [&count](const std::shared_ptr<Collection>& collection) {
        collection->answered();
        for (const std::size_t other : {fake::kValueAt, fake::kWatchAt})
            if (collection->wants(other)) collection->succeed(other, Samples(), {});
        Samples samples;
        for (const std::string_view kind : {"a", "b", "c", "d"})
            samples.add(fake::kKinds, count, kind);
        count += 10;
        collection->succeed(fake::kSlowAt, std::move(samples), {});
        collection->finish();
    };
    Bench bench({fake::target("main", script(answer))});
    (void)bench.page(bench.ask(1s));
    const std::string before = bench.page(bench.ask(1s));
    CHECK(has(before, R"(fake_kinds_total{target="main",kind="_other"} 20)"));
    auto changed = fake::target("main", script(answer));
    auto config = std::make_shared<TargetConfig>(*changed.config);
    config->identity += " elsewhere";
    changed.config = config;
    bench.apply({changed, fake::target("second", script(answer))});
    const std::string after = bench.page(bench.ask(1s));
    CHECK(has(after, R"(fake_kinds_total{target="main",kind="_other"} 40)"));
    CHECK(has(after, R"(fake_kinds_total{target="second",kind="_other"} 0)"));
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
