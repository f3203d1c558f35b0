#include "exporters/postgres/round.hpp"

#include "exporters/postgres/client/connect.hpp"
#include "exporters/postgres/client/scripted_server.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

TEST_CASE("round: when we leave a pooler in the middle it owes us one reply", "[postgres]") {
    std::atomic<int> asked = 0;
    const ScriptedServer pooler([&](const ScriptedClient& client) {
        if (client.startup().find("lock_timeout") != std::string::npos) {
            client.send(failure('E', "FATAL", "08P01", "unsupported startup parameter: options"));
            return;
        }
        client.send(greeting());
        asked = client.read_statements(100);
    });
    {
        SessionOptions options;
        options.address = pooler.address();
        options.user = "u";
        options.sslmode = "disable";
        ServerHabits habits;
        auto connecting = Connecting::to(options);
        REQUIRE(connecting.has_value());
        auto session = Session::connect(*connecting, habits, Deadline::after(5s));
        REQUIRE(session.has_value());
        REQUIRE((*session)->pooled());
        Round round;
        round.add({"a"}, nullptr);
        round.add({"b"}, nullptr);
        CHECK(round.run(**session, Deadline::after(200ms), {.run = 1s, .locks = 1s}, nullptr)
                  .has_error());
    }
    while (asked == 0)
        std::this_thread::yield();
    CHECK(asked == 1);
}

}  // namespace
}  // namespace erp::postgres
