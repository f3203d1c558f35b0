#include "exporters/odoo/sockets/socket_sampler.hpp"

#include "core/base/soon.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

namespace erp::odoo {
namespace {

using namespace std::chrono_literals;

TEST_CASE("socket sampler: looks again and again until it is stopped", "[odoo][sockets]") {
    Log log(LogLevel::error);
    SocketOptions options;
    options.http.port = 1;  // nobody's
    options.interval = 2ms;
    SocketSampler sampler(options, "erp", log);
    REQUIRE(soon([&] { return sampler.published()->latest().value != nullptr; }));
    const auto first = sampler.published()->latest();
    CHECK(first.value->problem->phase == Phase::refused);
    CHECK(first.value->since <= unix_now());
    CHECK(soon([&] { return sampler.published()->latest().value->totals.watched > 20ms; }));
    sampler.stop();
    sampler.stop();
    CHECK(sampler.published()->latest().value);
}

TEST_CASE("socket sampler: ends without waiting for a look that hangs", "[odoo][sockets]") {
    static Log log(LogLevel::error);  // outlives the thread
    std::atomic<bool> hangs = true;
    std::atomic<bool> asked = false;
    std::atomic<bool> ended = false;
    SocketOptions options;
    options.find_namespace = [&]() -> Result<std::string> {
        asked = true;
        while (hangs)
            std::this_thread::sleep_for(1ms);
        ended = true;
        return Error{Phase::refused, "none"};
    };
    {
        const SocketSampler sampler(options, "erp", log);
        REQUIRE(soon([&] { return asked.load(); }));
    }
    CHECK_FALSE(ended);
    hangs = false;
    CHECK(soon([&] { return ended.load(); }));
}

}  // namespace
}  // namespace erp::odoo
