#include "exporters/postgres/client/login.hpp"

#include "exporters/postgres/client/scripted_server.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstdlib>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

/// Greets a client only once `thawed`.
ScriptedServer::Script greeting_when(const std::atomic<bool>& thawed) {
    return [&thawed](const ScriptedClient& client) {
        (void)client.startup();
        thawed.wait(false);
        client.send(greeting());
        client.wait_until_gone();
    };
}

TEST_CASE("login: a connect that is not answered is waited for and not repeated", "[postgres]") {
    std::atomic<bool> thawed = false;
    const ScriptedServer server(greeting_when(thawed));
    Login login(options_of(server));
    for (int i = 0; i < 5; ++i) {
        const auto begun = Clock::now();
        const auto session = login.connect(Deadline::after(i == 0 ? 200ms : 30s), 10ms);
        CHECK(Clock::now() - begun < 5s);
        REQUIRE(session.has_error());
        CHECK(session.error().phase == Phase::timeout);
        CHECK(login.waits());
    }
    thawed = true;
    thawed.notify_all();
    CHECK(login.connect(Deadline::after(30s), 30s).has_value());
    CHECK_FALSE(login.waits());
    CHECK(server.connections() == 1);
    CHECK(login.counts().attempts() == 1);
}

TEST_CASE("login: with another password nobody waits for the answer to the old one", "[postgres]") {
    std::atomic<bool> thawed = false;
    const ScriptedServer server(greeting_when(thawed));
    SessionOptions options = options_of(server);
    options.password = {SecretSource::Kind::environment, "ERP_LOGIN_TEST_PASSWORD"};
    ::setenv("ERP_LOGIN_TEST_PASSWORD", "old", 1);
    Login login(std::move(options));
    CHECK(login.connect(Deadline::after(100ms), 100ms).has_error());
    ::setenv("ERP_LOGIN_TEST_PASSWORD", "new", 1);
    CHECK(login.connect(Deadline::after(100ms), 100ms).has_error());
    thawed = true;
    thawed.notify_all();
    CHECK(login.connect(Deadline::after(30s), 30s).has_value());
    CHECK(server.connections() == 2);
    CHECK(login.counts().attempts() == 2);
}

}  // namespace
}  // namespace erp::postgres
