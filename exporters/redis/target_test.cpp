#include "exporters/redis/target.hpp"

#include "core/metrics/page_families.hpp"
#include "exporters/redis/collectors.hpp"
#include "exporters/redis/fake_server.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <stdexcept>

namespace erp::redis {
namespace {

using namespace std::chrono_literals;
using Status = CollectorResult::State;

const std::string kInfo = bulk(file_text("testdata/redis-7.0.15/info_all.txt"));
const std::string kSlowlogEntry =
    "*1\r\n*6\r\n:41\r\n:1700000000\r\n:2500\r\n*1\r\n$3\r\nGET\r\n$1\r\nx\r\n$0\r\n\r\n";

Script healthy() {
    return {
        .replies = {{"INFO", kInfo}, {"SLOWLOG LEN", ":12\r\n"}, {"SLOWLOG GET", kSlowlogEntry}}};
}

std::size_t index_of(std::string_view name) {
    for (std::size_t i = 0; i < collectors().size(); ++i) {
        if (collectors()[i]->row.name == name) return i;
    }
    throw std::runtime_error("no such collector");
}

class Bench {
  public:
    explicit Bench(Script script) : server_(io_, std::move(script)) {
        RedisOptions options;
        options.address = server_.address();
        target_ = std::make_unique<RedisTarget>(Services{io_, workers_, log_}, options);
        target_->start();
    }

    std::shared_ptr<Collection> begin(Duration limit = 5s, CollectorSet wanted = all()) {
        auto collection = std::make_shared<Collection>(wanted, collectors().size(),
                                                       Deadline::after(limit), [] {});
        target_->collect(collection);
        io_.restart();
        return collection;
    }
    /// One collection to its end.
    Collection::State collect(Duration limit = 5s, CollectorSet wanted = all()) {
        const auto collection = begin(limit, wanted);
        while (!collection->finished())
            io_.run_one();
        return collection->state();
    }
    std::string description(const Collection::State& state) const {
        Samples samples;
        target_->describe({.up = state.up,
                           .took = 1s,
                           .target_error = state.target_error,
                           .results = state.results,
                           .wanted = all()},
                          samples);
        return "\n" + page_of(std::move(samples));
    }
    static CollectorSet all() {
        CollectorSet set;
        for (std::size_t i = 0; i < collectors().size(); ++i)
            set.set(i);
        return set;
    }
    Script& script() { return server_.script(); }
    std::unique_ptr<RedisTarget>& target() { return target_; }
    asio::io_context& io() { return io_; }

  private:
    Log log_{LogLevel::error};
    asio::io_context io_{1};
    asio::thread_pool workers_{1};
    FakeServer server_;
    std::unique_ptr<RedisTarget> target_;
};

void io_steps(asio::io_context& io, int steps) {
    for (int i = 0; i < steps; ++i)
        io.run_for(5ms);
}

std::size_t count(const std::vector<std::string>& commands, const std::string& name) {
    return static_cast<std::size_t>(std::count(commands.begin(), commands.end(), name));
}

TEST_CASE("target: a collection reports every collector out of one pipeline", "[redis]") {
    Bench bench(healthy());
    for (int i = 0; i < 2; ++i) {
        const Collection::State state = bench.collect();
        CHECK(state.up);
        CHECK_FALSE(state.target_error);
        for (const CollectorResult& result : state.results) {
            CHECK(result.state == Status::succeeded);
            REQUIRE(result.samples);
            CHECK_FALSE(result.samples->empty());
        }
    }
    CHECK(bench.script().connections == 1);
    CHECK(count(bench.script().commands, "INFO") == 2);
    CHECK(bench.target()->connections().front().second == 1);
}

TEST_CASE("target: what is not wanted is not asked for", "[redis]") {
    Bench bench(healthy());
    CollectorSet one;
    one.set(index_of("slowlog"));
    const Collection::State state = bench.collect(5s, one);
    CHECK(state.results[index_of("slowlog")].state == Status::succeeded);
    CHECK(state.results[index_of("memory")].state == Status::pending);
    CHECK(count(bench.script().commands, "INFO") == 0);
    one.reset();
    one.set(index_of("memory"));
    CHECK(bench.collect(5s, one).results[index_of("memory")].state == Status::succeeded);
    CHECK(count(bench.script().commands, "SLOWLOG LEN") == 1);
}

TEST_CASE("target: a right that is missing hides what needs it and fails nothing", "[redis]") {
    Script script = healthy();
    const std::string denied = "-NOPERM this user has no permissions\r\n";
    script.replies["SLOWLOG LEN"] = denied;
    script.replies["SLOWLOG GET"] = denied;
    Bench bench(std::move(script));
    Collection::State state = bench.collect();
    CHECK(state.up);
    CHECK_FALSE(state.target_error);
    const CollectorResult& slowlog = state.results[index_of("slowlog")];
    CHECK(slowlog.state == Status::succeeded);
    CHECK(slowlog.unavailable == Unavailable::privilege);
    CHECK(state.results[index_of("memory")].unavailable == Unavailable::no);

    bench.script().replies["SLOWLOG LEN"] = ":12\r\n";
    state = bench.collect();
    CHECK(state.results[index_of("slowlog")].samples->size() == 1);
    CHECK(state.results[index_of("slowlog")].unavailable == Unavailable::privilege);

    bench.script().replies["INFO"] = denied;
    state = bench.collect();
    CHECK(state.up);
    CHECK(state.results[index_of("memory")].unavailable == Unavailable::privilege);
    CHECK(bench.script().connections == 1);
}

TEST_CASE("target: an error that INFO meets is the target's, with its phase", "[redis]") {
    const std::pair<const char*, Phase> cases[] = {
        {"LOADING Redis is loading the dataset in memory", Phase::loading},
        {"BUSY Redis is busy running a script", Phase::busy},
        {"NOAUTH Authentication required.", Phase::auth},
        {"MASTERDOWN Link with MASTER is down", Phase::query}};
    for (const auto& [text, phase] : cases) {
        CAPTURE(text);
        Script script = healthy();
        for (auto& [name, reply] : script.replies)
            reply = "-" + std::string(text) + "\r\n";
        Bench bench(std::move(script));
        const Collection::State state = bench.collect();
        CHECK_FALSE(state.up);
        REQUIRE(state.target_error);
        CHECK(state.target_error->phase == phase);
        const std::string page = bench.description(state);
        CHECK(has_line(page, "redis_up 0"));
        CHECK(has_line(page, "redis_exporter_last_scrape_error{err=\"" +
                                 std::string(to_string(phase)) + "\"} 1"));
        CHECK(has_line(page, "redis_target_scrape_request_errors_total 1"));
    }
}

TEST_CASE("target: one error reply takes one place of the pipeline", "[redis]") {
    Script script = healthy();
    script.replies["SLOWLOG LEN"] = "-ERR unknown command 'SLOWLOG'\r\n";
    Bench bench(std::move(script));
    const Collection::State state = bench.collect();
    CHECK(state.up);
    CHECK(state.results[index_of("slowlog")].unavailable == Unavailable::unsupported);
    CHECK(state.results[index_of("keyspace")].state == Status::succeeded);
}

TEST_CASE("target: a reply of another type fails the collectors by parse, not the others",
          "[redis]") {
    Script script = healthy();
    script.replies["INFO"] = ":1\r\n";
    Bench bench(std::move(script));
    const Collection::State state = bench.collect();
    CHECK(state.results[index_of("memory")].error->phase == Phase::parse);
    CHECK(state.results[index_of("slowlog")].state == Status::succeeded);
}

TEST_CASE("target: a silent server fails by timeout, loses its connection and is asked again",
          "[redis]") {
    Bench bench(healthy());
    bench.script().silent = true;
    const auto begun = Clock::now();
    const Collection::State state = bench.collect(200ms);
    CHECK(Clock::now() - begun < 2s);
    CHECK_FALSE(state.up);
    CHECK(state.target_error->phase == Phase::timeout);
    CHECK(bench.target()->connections().front().second == 0);
    bench.script().silent = false;
    CHECK(bench.collect().up);
}

TEST_CASE("target: a kept connection that the server dropped meanwhile costs no collection",
          "[redis]") {
    Bench bench(healthy());
    bench.script().closes_at = "SLOWLOG GET";
    Collection::State state = bench.collect();
    CHECK(state.up);
    CHECK_FALSE(state.target_error);
    CHECK(bench.target()->connections().front().second == 1);
    bench.script().closes_at.clear();
    state = bench.collect();
    CHECK(state.up);
    CHECK_FALSE(state.target_error);
    CHECK(bench.script().connections == 2);
}

TEST_CASE("target: sections are asked for only of a server that is known to take them", "[redis]") {
    Bench bench(healthy());
    bench.script().replies["INFO ALL"] = kInfo;
    bench.script().replies["INFO server"] = kInfo;
    bench.collect();
    CHECK(count(bench.script().commands, "INFO ALL") == 1);
    bench.collect();
    CHECK(count(bench.script().commands, "INFO server") == 1);
    bench.script().silent = true;
    bench.collect(100ms);
    bench.script().silent = false;
    bench.script().commands.clear();
    bench.collect();  // over a new connection, which may lead to an older server
    CHECK(count(bench.script().commands, "INFO ALL") == 1);

    Script old = healthy();
    old.replies["INFO"] = bulk(file_text("testdata/redis-6.2.5/info_all.txt"));
    Bench before(std::move(old));
    before.script().replies["INFO ALL"] = before.script().replies["INFO"];
    before.collect();
    before.collect();
    CHECK(count(before.script().commands, "INFO ALL") == 2);
}

TEST_CASE("target: stopping and destroying it in the middle of a collection is safe", "[redis]") {
    Bench bench(healthy());
    bench.script().silent = true;
    const auto collection = bench.begin(1h);
    io_steps(bench.io(), 20);
    bench.target()->stop();
    bench.target().reset();
    while (!collection->finished())
        bench.io().run_one();
    CHECK(collection->state().target_error->phase == Phase::closed);
}

TEST_CASE("target: a second collection at once is refused as busy", "[redis]") {
    Bench bench(healthy());
    const auto first = bench.begin();
    const auto second = bench.begin();
    CHECK(second->state().target_error->phase == Phase::busy);
    while (!first->finished())
        bench.io().run_one();
    CHECK(first->state().up);
}

TEST_CASE("target: the peers' self metrics count collections", "[redis]") {
    Bench bench(healthy());
    bench.collect();
    const std::string page = bench.description(bench.collect());
    CHECK(has_line(page, "redis_up 1"));
    CHECK(has_line(page, "redis_exporter_scrapes_total 2"));
    CHECK(has_line(page, "redis_exporter_scrape_duration_seconds_count 2"));
    CHECK(has_line(page, "redis_exporter_last_scrape_error{err=\"\"} 0"));
    CHECK(has_line(page, "redis_exporter_last_scrape_duration_seconds 1"));
    CHECK(has_line(page, "redis_target_scrape_request_errors_total 0"));
    CHECK(page.find("redis_exporter_last_scrape_connect_time_seconds ") != std::string::npos);
}

}  // namespace
}  // namespace erp::redis
