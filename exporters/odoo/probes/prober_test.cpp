#include "exporters/odoo/probes/prober.hpp"

#include "core/base/soon.hpp"
#include "core/net/fake_http_server.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

namespace erp::odoo {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPass = "HTTP/1.0 200 OK\r\n\r\n{\"status\": \"pass\"}";
constexpr const char* kMissing =
    "HTTP/1.0 404 NOT FOUND\r\nSet-Cookie: session_id=1; Path=/\r\n\r\n<html>";

constexpr const char* kError =
    "HTTP/1.0 500 INTERNAL SERVER ERROR\r\nSet-Cookie: session_id=1; Path=/\r\n\r\n<html>";
constexpr const char* kVisited =
    "HTTP/1.0 200 OK\r\nSet-Cookie: session_id=1; Path=/\r\n\r\n<html>";

struct Bench {
    explicit Bench(FakeHttpServer::Reply reply, std::vector<Probe> wanted = {Probe::web})
        : server(std::move(reply)) {
        options.wanted = std::move(wanted);
        options.http = options.gevent = server.endpoint();
        options.interval = 2ms;
    }
    [[nodiscard]] ProbeState state(const Prober& prober, Probe probe = Probe::web) const {
        const auto picture = prober.published()->latest().value;
        return picture ? picture->of(probe) : ProbeState();
    }
    [[nodiscard]] std::uint64_t count(const Prober& prober,
                                      ProbeResult result,
                                      Probe probe = Probe::web) const {
        return state(prober, probe).results[static_cast<std::size_t>(result)];
    }

    Log log{LogLevel::error};
    FakeHttpServer server;
    ProbeOptions options;
};

TEST_CASE("prober: counts the answers and knows how the last one was", "[odoo][probes]") {
    std::atomic<bool> sick = false;
    Bench bench([&](const std::string&) {
        return sick ? std::string("HTTP/1.0 500 X\r\n\r\n") : std::string(kPass);
    });
    Prober prober(bench.options, "erp", bench.log);
    REQUIRE(soon([&] { return bench.count(prober, ProbeResult::ok) > 2; }));
    CHECK(bench.state(prober).success(Clock::now()) == true);
    CHECK(bench.state(prober).duration(Clock::now()) < 10s);
    sick = true;
    REQUIRE(soon([&] { return bench.count(prober, ProbeResult::failed) > 0; }));
    CHECK(bench.state(prober).success(Clock::now()) == false);
    CHECK(bench.state(prober).reason == "the answer's status is 500");
    prober.stop();
}

TEST_CASE("prober: has one request under way, whatever it asks for", "[odoo][probes]") {
    std::atomic<int> running = 0;
    std::atomic<bool> two = false;
    Bench bench(
        [&](const std::string&) {
            if (++running > 1) two = true;
            std::this_thread::sleep_for(2ms);
            --running;
            return std::string("HTTP/1.0 200 OK\r\n\r\n{\"db_server_status\": true}");
        },
        {Probe::web, Probe::db_server});
    Prober prober(bench.options, "erp", bench.log);
    REQUIRE(soon([&] { return bench.count(prober, ProbeResult::ok, Probe::db_server) > 5; }));
    prober.stop();
    CHECK_FALSE(two);
    const auto requests = bench.server.requests();
    CHECK(requests[0] == "GET /web/health HTTP/1.1");
    CHECK(requests[1] == "GET /web/health?db_server_status=1 HTTP/1.1");
}

TEST_CASE("prober: never asks again where an answer begins a session", "[odoo][probes]") {
    Bench bench([](const std::string&) { return std::string(kMissing); });
    Prober prober(bench.options, "erp", bench.log);
    REQUIRE(soon([&] { return !bench.state(prober).unsupported.empty(); }));
    std::this_thread::sleep_for(30ms);  // fifteen rounds
    prober.stop();
    CHECK(bench.server.requests().size() == 1);
    CHECK_FALSE(bench.state(prober).success(Clock::now()));
    CHECK(bench.count(prober, ProbeResult::failed) == 0);
}

TEST_CASE("prober: never asks again where an answer begins a session, after good ones either",
          "[odoo][probes]") {
    std::atomic<int> asked = 0;
    Bench bench([&](const std::string&) { return std::string(++asked < 3 ? kPass : kVisited); });
    Prober prober(bench.options, "erp", bench.log);
    REQUIRE(soon([&] { return !bench.state(prober).unsupported.empty(); }));
    std::this_thread::sleep_for(30ms);  // fifteen rounds
    prober.stop();
    CHECK(bench.server.requests().size() == 3);
}

TEST_CASE("prober: an error's page that begins a session is a failure, after which it rests",
          "[odoo][probes]") {
    struct Scene {
        int good_before;
        const char* error;
        const char* reason;
    };
    // The last as a page that a module has, while its database is away.
    const auto scene = GENERATE(Scene{0, kError, "the answer's status is 500"},
                                Scene{3, kError, "the answer's status is 500"},
                                Scene{3, kMissing, "there is no such page"});
    std::atomic<int> asked = 0;
    Bench bench([&](const std::string&) {
        const int number = ++asked - scene.good_before;
        return std::string(number == 1 || number == 2 ? scene.error : kPass);
    });
    bench.options.after_error_session = 40ms;
    Prober prober(bench.options, "erp", bench.log);
    REQUIRE(soon([&] { return bench.count(prober, ProbeResult::failed) == 1; }));
    const auto failed = Clock::now();
    CHECK(bench.state(prober).success(Clock::now()) == false);
    CHECK(bench.state(prober).reason == scene.reason);
    REQUIRE(soon([&] { return bench.state(prober).success(Clock::now()) == true; }));
    CHECK(Clock::now() - failed >= 70ms);  // two rests
    CHECK(bench.count(prober, ProbeResult::failed) == 2);
    prober.stop();
}

TEST_CASE("prober: asks again later for a page that was not there", "[odoo][probes]") {
    std::atomic<int> asked = 0;
    Bench bench([&](const std::string&) {
        return std::string(++asked < 3 ? "HTTP/1.0 404 NOT FOUND\r\n\r\n<html>" : kPass);
    });
    bench.options.again = 20ms;
    const auto begun = Clock::now();
    Prober prober(bench.options, "erp", bench.log);
    REQUIRE(soon([&] { return !bench.state(prober).unsupported.empty(); }));
    REQUIRE(soon([&] { return bench.count(prober, ProbeResult::ok) > 0; }));
    CHECK(Clock::now() - begun >= 40ms);
    CHECK(bench.state(prober).unsupported.empty());
    CHECK(bench.count(prober, ProbeResult::failed) == 0);
    prober.stop();
}

TEST_CASE("prober: asks a version that has no such page for nothing, and the next one again",
          "[odoo][probes]") {
    std::mutex mutex;
    std::string version = "14.0";
    Bench bench([](const std::string&) { return std::string(kPass); });
    bench.options.version = [&] {
        const std::lock_guard lock(mutex);
        return version;
    };
    Prober prober(bench.options, "erp", bench.log);
    REQUIRE(soon([&] { return !bench.state(prober).unsupported.empty(); }));
    CHECK(bench.server.requests().empty());
    {
        const std::lock_guard lock(mutex);
        version = "17.0";
    }
    CHECK(soon([&] { return bench.count(prober, ProbeResult::ok) > 0; }));
    CHECK(bench.state(prober).unsupported.empty());
    prober.stop();
}

TEST_CASE("prober: tells of one that waits, and a stop does not wait for it", "[odoo][probes]") {
    Bench bench([](const std::string&) { return std::string(); });
    const auto begun = Clock::now();
    {
        const Prober prober(bench.options, "erp", bench.log);
        REQUIRE(soon([&] { return bench.state(prober).since.has_value(); }));
        const ProbeState waits = bench.state(prober);
        CHECK_FALSE(waits.success(*waits.since + 1s));
        CHECK(waits.success(*waits.since + 11s) == false);
        CHECK(waits.duration(*waits.since + 11s) == 11s);
    }
    CHECK(Clock::now() - begun < 5s);
}

TEST_CASE("prober: counts what is not answered, and rests for as long", "[odoo][probes]") {
    Bench bench([](const std::string&) { return std::string(); });
    bench.options.answer = 20ms;
    Prober prober(bench.options, "erp", bench.log);
    const auto begun = Clock::now();
    REQUIRE(soon([&] { return bench.count(prober, ProbeResult::timeout) == 3; }));
    CHECK(Clock::now() - begun >= 90ms);  // three of 20 ms, two rests
    CHECK(bench.state(prober).success(Clock::now()) == false);
    prober.stop();
}

TEST_CASE("prober: says that nobody listens, and that a namespace is not there", "[odoo][probes]") {
    Bench bench([](const std::string&) { return std::string(kPass); });
    bench.options.http.port(1);
    Prober prober(bench.options, "erp", bench.log);
    CHECK(soon([&] { return bench.count(prober, ProbeResult::refused) > 0; }));
    prober.stop();
    bench.options.find_namespace = [] { return Result<std::string>("/nowhere"); };
    Prober blind(bench.options, "erp", bench.log);
    CHECK(soon([&] {
        const auto picture = blind.published()->latest().value;
        return picture && picture->problem && picture->problem->phase == Phase::connect;
    }));
    blind.stop();
    CHECK(bench.state(blind).results == decltype(ProbeState::results){});
}

}  // namespace
}  // namespace erp::odoo
