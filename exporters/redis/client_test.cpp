#include "exporters/redis/client.hpp"

#include "exporters/redis/slowlog.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <unistd.h>

#include <fstream>

namespace erp::redis {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

/// A server that answers the first bytes of each connection with fixed text, then as told.
struct Script {
    std::string answer;
    bool drip = false;
    bool cut = false;
    int connections = 0;
};

Awaitable<> talk(std::shared_ptr<Script> script, std::shared_ptr<tcp::socket> socket) {
    std::string request(4096, '\0');
    for (;;) {
        const asio::mutable_buffer room = asio::buffer(request);
        const auto [error, size] = co_await socket->async_read_some(room, kAsTuple);
        if (error) co_return;
        const std::size_t step = script->drip ? 1 : std::max<std::size_t>(script->answer.size(), 1);
        for (std::size_t at = 0; at < script->answer.size(); at += step) {
            const auto part = asio::buffer(script->answer.data() + at, step);
            const auto [failed, n] = co_await asio::async_write(*socket, part, kAsTuple);
            if (failed) co_return;
            if (!script->drip) continue;
            asio::steady_timer pause(co_await asio::this_coro::executor, 50ms);
            co_await pause.async_wait(kAsTuple);
        }
        if (script->cut) {
            socket->set_option(asio::socket_base::linger(true, 0));
            socket->close();
            co_return;
        }
    }
}

Awaitable<> serve(std::shared_ptr<Script> script, std::shared_ptr<tcp::acceptor> acceptor) {
    for (;;) {
        auto socket = std::make_shared<tcp::socket>(co_await asio::this_coro::executor);
        const auto [error] = co_await acceptor->async_accept(*socket, kAsTuple);
        if (error) co_return;
        ++script->connections;
        asio::co_spawn(co_await asio::this_coro::executor, talk(script, socket), asio::detached);
    }
}

struct Outcome {
    std::optional<Result<void>> done;
    std::vector<std::string> replies;
    Duration took{};
};

Awaitable<> converse(Client* client,
                     std::vector<std::string> commands,
                     Deadline deadline,
                     std::shared_ptr<Outcome> outcome) {
    const auto begun = Clock::now();
    Result<void> done = co_await client->ensure(deadline);
    if (done) {
        Client::OnReply keep = [outcome](std::size_t, Reply reply) {
            outcome->replies.emplace_back(text_of(*reply));
        };
        done = co_await client->pipeline(std::move(commands), deadline, std::move(keep));
    }
    outcome->took = Clock::now() - begun;
    outcome->done = std::move(done);
}

class Bench {
  public:
    explicit Bench(Script script, SecretSource password = {})
        : script_(std::make_shared<Script>(std::move(script))) {
        const tcp::endpoint loopback(asio::ip::address_v4::loopback(), 0);
        acceptor_ = std::make_shared<tcp::acceptor>(io_, loopback);
        asio::co_spawn(io_, serve(script_, acceptor_), asio::detached);
        RedisOptions options;
        options.address = "127.0.0.1:" + std::to_string(acceptor_->local_endpoint().port());
        options.password = std::move(password);
        client_ = std::make_unique<Client>(&workers_, std::move(options));
    }

    /// One ensure() and pipeline().
    Outcome ask(std::vector<std::string> commands, Duration limit = 5s) {
        auto outcome = std::make_shared<Outcome>();
        asio::co_spawn(
            io_, converse(client_.get(), std::move(commands), Deadline::after(limit), outcome),
            asio::detached);
        io_.restart();
        while (!outcome->done)
            io_.run_one();
        return *outcome;
    }
    Script& script() { return *script_; }
    Client& client() { return *client_; }

  private:
    asio::io_context io_{1};
    asio::thread_pool workers_{1};
    std::shared_ptr<Script> script_;
    std::shared_ptr<tcp::acceptor> acceptor_;
    std::unique_ptr<Client> client_;
};

Phase phase_of(const Outcome& outcome) {
    REQUIRE(outcome.done->has_error());
    return outcome.done->error().phase;
}

const std::vector<std::string> kTwo{encoded({"INFO"}), encoded({"SLOWLOG", "LEN"})};

TEST_CASE("client: the replies of a pipeline come in order over one kept connection", "[redis]") {
    Bench bench({.answer = "+OK\r\n$4\r\nabcd\r\n+fine\r\n"});
    const Outcome first = bench.ask({encoded({"A"}), encoded({"B"})});
    REQUIRE(first.done->has_value());
    CHECK(bench.script().connections == 1);
    CHECK(bench.client().is_open());
}

TEST_CASE("client: a server that drips is cut at the deadline", "[redis]") {
    Bench bench({.answer = "+OK\r\n+0123456789012345678901234567890123456789\r\n", .drip = true});
    const Outcome outcome = bench.ask(kTwo, 400ms);
    CHECK(phase_of(outcome) == Phase::timeout);
    CHECK(outcome.took < 1s);
    CHECK_FALSE(bench.client().is_open());
}

TEST_CASE("client: a server that says nothing costs the deadline and no more", "[redis]") {
    Bench bench({});
    const Outcome outcome = bench.ask(kTwo, 200ms);
    CHECK(phase_of(outcome) == Phase::timeout);
    CHECK(outcome.took < 1s);
}

TEST_CASE("client: a reset in the middle of a reply is phase closed, and the next ask reconnects",
          "[redis]") {
    Bench bench({.answer = "+OK\r\n$100\r\nabc", .cut = true});
    CHECK(phase_of(bench.ask(kTwo)) == Phase::closed);
    CHECK(phase_of(bench.ask(kTwo)) == Phase::closed);
    CHECK(bench.script().connections == 2);
}

TEST_CASE("client: bytes of another protocol are phase protocol", "[redis]") {
    Bench bench({.answer = "HTTP/1.1 400 Bad Request\r\n\r\n"});
    CHECK(phase_of(bench.ask(kTwo)) == Phase::protocol);
}

TEST_CASE("client: nobody listening is phase refused", "[redis]") {
    asio::io_context io;
    tcp::acceptor gone(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const std::string address = "127.0.0.1:" + std::to_string(gone.local_endpoint().port());
    gone.close();
    asio::thread_pool workers(1);
    RedisOptions options;
    options.address = address;
    Client client(&workers, options);
    auto outcome = std::make_shared<Outcome>();
    asio::co_spawn(io, converse(&client, kTwo, Deadline::after(2s), outcome), asio::detached);
    io.run();
    CHECK(phase_of(*outcome) == Phase::refused);
}

TEST_CASE("client: a wrong password is not tried again at once", "[redis]") {
    const std::string path = "/tmp/erp_client_test." + std::to_string(::getpid());
    std::ofstream(path) << "secret\n";
    Bench bench({.answer = "-WRONGPASS invalid username-password pair\r\n+OK\r\n"},
                {SecretSource::Kind::file, path});
    const Outcome first = bench.ask(kTwo);
    CHECK(phase_of(first) == Phase::auth);
    CHECK(first.done->error().text.find("secret") == std::string::npos);
    CHECK(phase_of(bench.ask(kTwo)) == Phase::auth);
    CHECK(bench.script().connections == 1);
    ::unlink(path.c_str());
    Bench missing({.answer = "+OK\r\n"}, {SecretSource::Kind::file, path});
    CHECK(phase_of(missing.ask(kTwo)) == Phase::auth);
    CHECK(missing.script().connections == 0);
}

TEST_CASE("reply: error replies have a phase by their first word", "[redis]") {
    const auto phase = [](const std::string& line) {
        ReplyReader reader;
        REQUIRE(reader.feed("-" + line + "\r\n").has_value());
        return error_of(**reader.next()).phase;
    };
    CHECK(phase("NOAUTH Authentication required.") == Phase::auth);
    CHECK(phase("NOPERM this user has no permissions to run the 'slowlog|len' command") ==
          Phase::privilege);
    CHECK(phase("LOADING Redis is loading the dataset in memory") == Phase::loading);
    CHECK(phase("BUSY Redis is busy running a script.") == Phase::busy);
    CHECK(phase("ERR max number of clients reached") == Phase::busy);
    CHECK(phase("ERR unknown command 'INFO'") == Phase::unsupported);
    CHECK(phase("MASTERDOWN Link with MASTER is down") == Phase::query);
}

TEST_CASE("reply: what a header promises beyond the limits is refused before it is allocated",
          "[redis]") {
    for (const char* header :
         {"$99999999\r\n", "*99999999\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"}) {
        ReplyReader reader;
        const Result<void> fed = reader.feed(header);
        REQUIRE(fed.has_error());
        CHECK(fed.error().phase == Phase::limit);
    }
    ReplyReader endless;
    Result<void> fed = endless.feed("+");
    for (int i = 0; i < 100 && fed; ++i)
        fed = endless.feed(std::string(1024, 'x'));
    REQUIRE(fed.has_error());
    CHECK(fed.error().phase == Phase::limit);
}

TEST_CASE("client: a server that quotes the password in its error does not bring it into the log",
          "[redis]") {
    const std::string path = "/tmp/erp_client_quote." + std::to_string(::getpid());
    std::ofstream(path) << "secret\n";
    Bench bench(
        {.answer = "-ERR unknown command 'AUTH', with args beginning with: 'secret'\r\n+OK\r\n"},
        {SecretSource::Kind::file, path});
    const Outcome outcome = bench.ask(kTwo);
    ::unlink(path.c_str());
    CHECK(phase_of(outcome) == Phase::auth);
    CHECK(outcome.done->error().text.find("secret") == std::string::npos);
}

TEST_CASE("slowlog: only the id and the duration of an entry are read", "[redis]") {
    ReplyReader reader;
    REQUIRE(reader
                .feed(":12\r\n*1\r\n*6\r\n:41\r\n:1700000000\r\n:2500\r\n*2\r\n$3\r\nGET\r\n$8\r\n"
                      "password\r\n$9\r\n127.0.0.1\r\n$0\r\n\r\n")
                .has_value());
    const Reply length = std::move(*reader.next());
    const Reply newest = std::move(*reader.next());
    const auto samples = slowlog_samples(*length, newest.get());
    REQUIRE(samples.has_value());
    REQUIRE(samples->size() == 3);
    CHECK(samples->points()[0].value == 12);
    CHECK(samples->points()[1].value == 41);
    CHECK(samples->points()[2].value == 0.0025);
    CHECK(slowlog_samples(*length, nullptr)->size() == 1);
    CHECK(slowlog_samples(*newest, nullptr).has_error());
}

}  // namespace
}  // namespace erp::redis
