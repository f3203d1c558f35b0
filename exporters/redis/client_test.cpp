#include "exporters/redis/client.hpp"

#include "exporters/redis/fake_server.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <fstream>
#include <optional>

namespace erp::redis {
namespace {

using namespace std::chrono_literals;

struct Answer {
    std::optional<Result<void>> done;
    std::vector<std::string> replies;
    Duration took{};
};

Awaitable<> converse(Client* client,
                     std::vector<std::string> commands,
                     Deadline deadline,
                     std::shared_ptr<Answer> answer) {
    const auto begun = Clock::now();
    Result<void> done = co_await client->ensure(deadline);
    if (done) {
        Client::OnReply keep = [answer](std::size_t, Reply reply) {
            answer->replies.emplace_back(text_of(*reply));
        };
        done = co_await client->pipeline(std::move(commands), deadline, std::move(keep));
    }
    answer->took = Clock::now() - begun;
    answer->done = std::move(done);
}

/// A password in a file, which the test may change.
class PasswordFile {
  public:
    explicit PasswordFile(std::string_view password) { write(password); }
    ~PasswordFile() { remove(); }
    PasswordFile(const PasswordFile&) = delete;
    PasswordFile& operator=(const PasswordFile&) = delete;
    PasswordFile(PasswordFile&&) = delete;
    PasswordFile& operator=(PasswordFile&&) = delete;

    void write(std::string_view password) const { std::ofstream(path_) << password << "\n"; }
    void remove() const { ::unlink(path_.c_str()); }
    [[nodiscard]] SecretSource source() const { return {SecretSource::Kind::file, path_}; }

  private:
    std::string path_ = "/tmp/erp_client_test." + std::to_string(::getpid());
};

class Bench {
  public:
    explicit Bench(Script script, SecretSource password = {})
        : server_(io_, std::move(script)), client_(options(std::move(password))) {}

    /// One ensure() and pipeline().
    Answer ask(std::vector<std::string> commands, Duration limit = 5s) {
        auto answer = std::make_shared<Answer>();
        const Deadline deadline = Deadline::after(limit);
        asio::co_spawn(io_, converse(&client_, std::move(commands), deadline, answer),
                       asio::detached);
        io_.restart();
        while (!answer->done)
            io_.run_one();
        return *answer;
    }
    Script& script() { return server_.script(); }
    Client& client() { return client_; }
    FakeServer& server() { return server_; }
    asio::io_context& io() { return io_; }

  private:
    RedisOptions options(SecretSource password) {
        RedisOptions options;
        options.address = server_.address();
        options.password = std::move(password);
        return options;
    }
    asio::io_context io_{1};
    FakeServer server_;
    Client client_;
};

Phase phase_of(const Answer& answer) {
    REQUIRE(answer.done->has_error());
    return answer.done->error().phase;
}

const std::vector<std::string> kTwo{encoded({"INFO"}), encoded({"SLOWLOG", "LEN"})};

TEST_CASE("client: the replies of a pipeline come in order over one kept connection", "[redis]") {
    Bench bench({.replies = {{"INFO", "$4\r\nabcd\r\n"}, {"SLOWLOG", "-NOPERM no\r\n"}}});
    for (int i = 0; i < 3; ++i) {
        const Answer answer = bench.ask(kTwo);
        REQUIRE(answer.done->has_value());
        CHECK(answer.replies == std::vector<std::string>{"abcd", "NOPERM no"});
    }
    CHECK(bench.script().connections == 1);
    CHECK(bench.client().is_open());
    CHECK(bench.script().commands.size() == 7);  // a login and three pairs
}

TEST_CASE("client: a server that drips is cut at the deadline", "[redis]") {
    Bench bench({.replies = {{"INFO", bulk(std::string(200, 'x'))}}, .drips = true});
    const Answer answer = bench.ask(kTwo, 400ms);
    CHECK(phase_of(answer) == Phase::timeout);
    CHECK(answer.took < 2s);
    CHECK_FALSE(bench.client().is_open());
}

TEST_CASE("client: a server that says nothing costs the deadline and no more", "[redis]") {
    Bench bench({.silent = true});
    const Answer answer = bench.ask(kTwo, 200ms);
    CHECK(phase_of(answer) == Phase::timeout);
    CHECK(answer.took < 2s);
}

TEST_CASE("client: a reset in the middle of a reply is phase closed, and the next ask reconnects",
          "[redis]") {
    Bench bench({.replies = {{"INFO", "$100\r\nabc"}}, .resets_at = "INFO"});
    CHECK(phase_of(bench.ask(kTwo)) == Phase::closed);
    CHECK(phase_of(bench.ask(kTwo)) == Phase::closed);
    CHECK(bench.script().connections == 2);
}

TEST_CASE("client: bytes of another protocol are phase protocol", "[redis]") {
    Bench bench({.replies = {{"INFO", "HTTP/1.1 400 Bad Request\r\n\r\n"}}});
    CHECK(phase_of(bench.ask(kTwo)) == Phase::protocol);
}

TEST_CASE("client: a reply too many is phase protocol, for it would answer the next command",
          "[redis]") {
    Bench bench({.replies = {{"SLOWLOG", ":1\r\n:2\r\n"}}});
    CHECK(phase_of(bench.ask(kTwo)) == Phase::protocol);
    CHECK_FALSE(bench.client().is_open());
}

TEST_CASE("client: a reply that promises too much is cut off at its header", "[redis]") {
    for (const char* header : {"$99999999\r\n", "*99999999\r\n"}) {
        Bench bench({.replies = {{"INFO", header}}});
        CHECK(phase_of(bench.ask(kTwo)) == Phase::limit);
    }
}

TEST_CASE("client: nobody listening is phase refused", "[redis]") {
    Bench bench({});
    bench.server().stop_listening();
    CHECK(phase_of(bench.ask(kTwo)) == Phase::refused);
}

TEST_CASE("client: a server that wants a password and has none is phase auth", "[redis]") {
    const std::string wanted = "-NOAUTH Authentication required.\r\n";
    Bench bench({.replies = {{"CLIENT", wanted}, {"INFO", wanted}}});
    CHECK(phase_of(bench.ask(kTwo)) == Phase::auth);
    CHECK(phase_of(bench.ask(kTwo)) == Phase::auth);
    CHECK(bench.script().connections == 1);
}

TEST_CASE("client: a wrong password is not tried again, another one is tried at once", "[redis]") {
    const PasswordFile file("secret-one");
    Bench bench({.replies = {{"AUTH", "-WRONGPASS invalid username-password pair\r\n"}}},
                file.source());
    const Answer first = bench.ask(kTwo);
    CHECK(phase_of(first) == Phase::auth);
    CHECK(first.done->error().text.find("secret") == std::string::npos);
    CHECK(phase_of(bench.ask(kTwo)) == Phase::auth);
    CHECK(bench.script().connections == 1);
    file.write("secret-two");
    bench.script().replies.erase("AUTH");
    CHECK(bench.ask(kTwo).done->has_value());
    CHECK(bench.script().connections == 2);
}

TEST_CASE(
    "client: a password that cannot be read is phase auth, bothers no server and is looked "
    "for at each ask",
    "[redis]") {
    const PasswordFile file("secret");
    file.remove();
    Bench bench({}, file.source());
    CHECK(phase_of(bench.ask(kTwo)) == Phase::auth);
    CHECK(bench.script().connections == 0);
    file.write("secret");
    CHECK(bench.ask(kTwo).done->has_value());
}

TEST_CASE("client: a server that quotes the password in its error does not bring it into the log",
          "[redis]") {
    const PasswordFile file("secret");
    Bench bench({.replies = {{"AUTH",
                              "-ERR unknown command 'AUTH', with args beginning with: "
                              "'secret'\r\n"}}},
                file.source());
    const Answer answer = bench.ask(kTwo);
    CHECK(phase_of(answer) == Phase::auth);
    CHECK(answer.done->error().text.find("secret") == std::string::npos);
}

TEST_CASE("client: a server without room for clients is phase busy, and no reason for a pause",
          "[redis]") {
    const PasswordFile file("secret");
    Bench bench({.greeting = "-ERR max number of clients reached\r\n"}, file.source());
    CHECK(phase_of(bench.ask(kTwo)) == Phase::busy);
    bench.script().greeting.clear();
    CHECK(bench.ask(kTwo).done->has_value());
    Bench open({.greeting = "-ERR max number of clients reached\r\n"});
    CHECK(phase_of(open.ask(kTwo)) == Phase::busy);
}

TEST_CASE("client: protected mode is phase auth", "[redis]") {
    Bench bench({.greeting = "-DENIED Redis is running in protected mode\r\n"});
    CHECK(phase_of(bench.ask(kTwo)) == Phase::auth);
}

TEST_CASE("client: a refused name does not matter", "[redis]") {
    for (const char* word : {"NOPERM no permissions", "ERR unknown command 'CLIENT'",
                             "LOADING Redis is loading", "BUSY Redis is busy"}) {
        CAPTURE(word);
        Bench bench({.replies = {{"CLIENT", "-" + std::string(word) + "\r\n"}}});
        CHECK(bench.ask(kTwo).done->has_value());
    }
}

TEST_CASE("client: stopping ends what runs and refuses what comes", "[redis]") {
    Bench bench({.silent = true});
    asio::steady_timer soon(bench.io(), 50ms);
    soon.async_wait([&bench](auto) { bench.client().stop(); });
    const Answer ended = bench.ask(kTwo);
    CHECK(phase_of(ended) == Phase::closed);
    CHECK(ended.took < 2s);
    CHECK(phase_of(bench.ask(kTwo)) == Phase::closed);
    bench.io().run_for(50ms);
    CHECK(bench.script().connections == 1);
}

}  // namespace
}  // namespace erp::redis
