#include "exporters/postgres/client/session.hpp"

#include "exporters/postgres/client/connect.hpp"
#include "exporters/postgres/client/scripted_server.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

Result<std::unique_ptr<Session>> connect(const ScriptedServer& server,
                                         ServerHabits& habits,
                                         Duration wait = 5s) {
    auto connecting = Connecting::to(options_of(server));
    REQUIRE(connecting.has_value());
    return Session::connect(*connecting, habits, Deadline::after(wait));
}

std::unique_ptr<Session> connected(const ScriptedServer& server) {
    ServerHabits habits;
    auto session = connect(server, habits);
    REQUIRE(session.has_value());
    return std::move(*session);
}

/// Greets, waits for `statements`, and answers with fixed bytes.
ScriptedServer::Script answering(std::string bytes, int statements = 1) {
    return [bytes = std::move(bytes), statements](const ScriptedClient& client) {
        (void)client.startup();
        client.send(greeting());
        client.read_statements(statements);
        client.send(bytes);
        client.wait_until_gone();
    };
}

/// "value" or the phase of each reply, and the phase of the connection's end.
struct Replies {
    std::map<std::size_t, std::string> of;
    std::string end = "none";
};

Replies ask(Session& session, std::vector<Statement> statements, Duration wait) {
    Replies replies;
    const auto done =
        session.batch(statements, Deadline::after(wait), [&](std::size_t i, Result<Rows> reply) {
            replies.of[i] = reply ? std::string(reply->label(0, 0))
                                  : std::string(to_string(reply.error().phase));
        });
    if (!done) replies.end = to_string(done.error().phase);
    return replies;
}

TEST_CASE("session: of several statements each fails alone", "[postgres]") {
    const ScriptedServer server(answering(one_value("a") + failure('E', "ERROR", "42501", "no") +
                                              ready() + failure('E', "ERROR", "55P03", "locked") +
                                              ready() + one_value("d"),
                                          4));
    const auto session = connected(server);
    const Replies replies = ask(*session, {{"a"}, {"b"}, {"c"}, {"d"}}, 5s);
    CHECK(replies.end == "none");
    CHECK(replies.of ==
          std::map<std::size_t, std::string>{{0, "a"}, {1, "privilege"}, {2, "timeout"}, {3, "d"}});
    CHECK(session->alive());
}

TEST_CASE("session: a server that stops in the middle costs no more than the deadline",
          "[postgres]") {
    const ScriptedServer server(answering(one_value("a") + message('1').substr(0, 3), 2));
    const auto session = connected(server);
    const auto begun = Clock::now();
    const Replies replies = ask(*session, {{"a"}, {"b"}}, 300ms);
    CHECK(seconds(Clock::now() - begun) < 2);
    CHECK(replies.of.size() == 1);
    CHECK(replies.end == "timeout");
    CHECK_FALSE(session->alive());
}

TEST_CASE("session: a server that never greets costs no more than the deadline", "[postgres]") {
    const ScriptedServer server([](const ScriptedClient& client) { client.wait_until_gone(); });
    ServerHabits habits;
    const auto begun = Clock::now();
    const auto session = connect(server, habits, 300ms);
    CHECK(seconds(Clock::now() - begun) < 2);
    REQUIRE_FALSE(session.has_value());
    CHECK(session.error().phase == Phase::timeout);
}

TEST_CASE("session: a connection that ends in a reply is closed", "[postgres]") {
    const ScriptedServer server([](const ScriptedClient& client) {
        (void)client.startup();
        client.send(greeting());
        client.read_statements(1);
        client.send(one_value("a").substr(0, 12));
    });
    const auto session = connected(server);
    CHECK(ask(*session, {{"a"}}, 5s).end == "closed");
    CHECK_FALSE(session->alive());
}

TEST_CASE("session: a reply that begins a copy ends the connection instead of going on for ever",
          "[postgres]") {
    using namespace std::string_literals;
    const ScriptedServer server(answering(message('1') + message('2') + message('H', "\0\0\0"s)));
    const auto session = connected(server);
    CHECK(ask(*session, {{"a"}}, 5s).end == "protocol");
    CHECK_FALSE(session->alive());
}

TEST_CASE("session: a flood of rows ends the connection before it fills the memory", "[postgres]") {
    using namespace std::string_literals;
    const ScriptedServer server([](const ScriptedClient& client) {
        (void)client.startup();
        client.send(greeting());
        client.read_statements(1);
        const std::string reply = one_value("a");
        client.send(reply.substr(0, reply.find('D')));
        const std::string row = message('D', "\0\1\0\x10\0\0"s + std::string(1 << 20, 'x'));
        for (int i = 0; i < 1024 && client.send(row); ++i) {
        }
    });
    const auto session = connected(server);
    CHECK(ask(*session, {{"a"}}, 20s).end == "limit");
}

TEST_CASE("session: a reply of too many rows fails alone", "[postgres]") {
    const std::string one = one_value("a");
    const std::size_t row = one.find('D');
    const std::size_t row_end = one.find('C', row);
    std::string many = one.substr(0, row);
    for (int i = 0; i <= Session::kMostRows; ++i)
        many.append(one, row, row_end - row);
    many.append(one, row_end);
    const ScriptedServer server(answering(many + one_value("b"), 2));
    const auto session = connected(server);
    const Replies replies = ask(*session, {{"a"}, {"b"}}, 20s);
    CHECK(replies.of == std::map<std::size_t, std::string>{{0, "limit"}, {1, "b"}});
    CHECK(session->alive());
}

TEST_CASE("session: a server that writes before it reads does not lock us out", "[postgres]") {
    // More than both sockets hold, in both directions: only a client that reads while it has
    // something to write comes through.
    const ScriptedServer server([](const ScriptedClient& client) {
        (void)client.startup();
        client.send(greeting());
        const std::string notice = failure('N', "NOTICE", "00000", std::string(1000, 'n'));
        for (int i = 0; i < 16'000; ++i)
            client.send(notice);
        client.read_statements(1);
        client.send(one_value("a"));
        client.wait_until_gone();
    });
    const auto session = connected(server);
    const Replies replies = ask(*session, {{"$1", {std::string(16 << 20, 'p')}}}, 20s);
    CHECK(replies.end == "none");
    CHECK(replies.of.at(0) == "a");
}

TEST_CASE("session: the next address of a name is tried when one refuses, not when it answers",
          "[postgres]") {
    std::atomic<int> clients = 0;
    const ScriptedServer server([&](const ScriptedClient& client) {
        (void)client.startup();
        client.send(++clients == 1 ? greeting() : failure('E', "FATAL", "28P01", "no"));
        client.wait_until_gone();
    });
    ServerHabits habits;
    const Address address = *parse_address(server.address());
    const auto open = [&](std::vector<std::string> numeric) {
        return Connecting(options_of(server), address, std::move(numeric))
            .go_on(habits, Deadline::after(5s));
    };
    CHECK(open({"127.0.0.9", "127.0.0.1"}).has_value());  // only the last listens
    const auto refused = open({"127.0.0.1", "127.0.0.9"});
    REQUIRE(refused.has_error());
    CHECK(refused.error().phase == Phase::auth);
    CHECK(clients == 2);
}

TEST_CASE("session: a server that refuses startup options is asked once more without, then always",
          "[postgres]") {
    const ScriptedServer server([](const ScriptedClient& client) {
        const bool options = client.startup().find("lock_timeout") != std::string::npos;
        client.send(options
                        ? failure('E', "FATAL", "08P01", "unsupported startup parameter: options")
                        : greeting());
        if (!options) client.wait_until_gone();
    });
    ServerHabits habits;
    auto first = connect(server, habits);
    REQUIRE(first.has_value());
    CHECK(server.connections() == 2);
    first->reset();
    const auto second = connect(server, habits);
    REQUIRE(second.has_value());
    CHECK(server.connections() == 3);
}

}  // namespace
}  // namespace erp::postgres
