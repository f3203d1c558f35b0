#include "exporters/redis/reply.hpp"

#include "exporters/redis/slowlog.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace erp::redis {
namespace {

Result<Reply> first_of(const std::string& bytes) {
    ReplyReader reader;
    if (const auto fed = reader.feed(bytes); !fed) return fed.error();
    return reader.next();
}

Reply reply_of(const std::string& bytes) {
    Result<Reply> reply = first_of(bytes);
    REQUIRE(reply.has_value());
    REQUIRE(*reply != nullptr);
    return std::move(*reply);
}

Phase failure_of(const std::string& bytes) {
    const Result<Reply> reply = first_of(bytes);
    REQUIRE(reply.has_error());
    return reply.error().phase;
}

TEST_CASE("reply: error replies have a phase by their first word", "[redis]") {
    const auto phase = [](const std::string& line) {
        return error_of(*reply_of("-" + line + "\r\n")).phase;
    };
    CHECK(phase("NOAUTH Authentication required.") == Phase::auth);
    CHECK(phase("WRONGPASS invalid username-password pair") == Phase::auth);
    CHECK(phase("DENIED Redis is running in protected mode") == Phase::auth);
    CHECK(phase("NOPERM this user has no permissions to run the 'slowlog|len' command") ==
          Phase::privilege);
    CHECK(phase("LOADING Redis is loading the dataset in memory") == Phase::loading);
    CHECK(phase("BUSY Redis is busy running a script.") == Phase::busy);
    CHECK(phase("ERR max number of clients reached") == Phase::busy);
    CHECK(phase("ERR unknown command 'INFO'") == Phase::unsupported);
    CHECK(phase("MASTERDOWN Link with MASTER is down") == Phase::query);
    CHECK(error_of(*reply_of("-" + std::string(5000, 'x') + "\r\n")).text.size() == 200);
}

TEST_CASE("reply: what comes in single bytes is whole at the last one", "[redis]") {
    ReplyReader reader;
    const std::string bytes = "*2\r\n$4\r\na\r\nb\r\n:7\r\n";  // line ends inside a bulk
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        REQUIRE(reader.feed(bytes.substr(i, 1)).has_value());
        const Result<Reply> reply = reader.next();
        REQUIRE(reply.has_value());
        CHECK((*reply != nullptr) == (i + 1 == bytes.size()));
    }
    CHECK_FALSE(reader.has_more());
}

TEST_CASE("reply: what a header promises beyond the limits is refused before it is allocated",
          "[redis]") {
    for (const char* header :
         {"$99999999\r\n", "*99999999\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
          "*65536\r\n*1\r\n"}) {
        CAPTURE(header);
        CHECK(failure_of(header) == Phase::limit);
    }
    CHECK(first_of("*65536\r\n:1\r\n").has_value());
    ReplyReader endless;
    Result<void> fed = endless.feed("+");
    for (int i = 0; i < 100 && fed; ++i)
        fed = endless.feed(std::string(1024, 'x'));
    REQUIRE(fed.has_error());
    CHECK(fed.error().phase == Phase::limit);
}

TEST_CASE("reply: a whole reply of more than 32 MiB is phase limit, and the next has it anew",
          "[redis]") {
    const std::string mebibyte = "$1048576\r\n" + std::string(1U << 20U, 'x') + "\r\n";
    ReplyLimits apart;
    for (int i = 0; i < 40; ++i)
        REQUIRE_FALSE(apart.scan(mebibyte));
    ReplyLimits together;
    auto error = together.scan("*40\r\n");
    for (int i = 0; i < 40 && !error; ++i)
        error = together.scan(mebibyte);
    REQUIRE(error);
    CHECK(error->phase == Phase::limit);
}

TEST_CASE("reply: unknown types and odd line ends are phase protocol", "[redis]") {
    for (const char* wrong : {"?what\r\n", "HTTP/1.1 200 OK\r\n", "$-2\r\n", "$x\r\n", "*\r\n",
                              "+OK\n", "+a\rb\r\n", "\r\n"}) {
        CAPTURE(wrong);
        CHECK(failure_of(wrong) == Phase::protocol);
    }
}

TEST_CASE("reply: random bytes crash nothing", "[redis]") {
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): a failure must repeat
    const std::string alphabet = "*$+-:0123456789\r\nab";
    for (int round = 0; round < 20'000; ++round) {
        ReplyReader reader;
        std::string bytes;
        for (unsigned i = random() % 64; i > 0; --i)
            bytes += alphabet[random() % alphabet.size()];
        if (!reader.feed(bytes)) continue;
        for (int i = 0; i < 64; ++i) {
            const Result<Reply> reply = reader.next();
            if (!reply || !*reply) break;
        }
    }
}

TEST_CASE("slowlog: only the id and the duration of an entry are read", "[redis]") {
    const Reply length = reply_of(":12\r\n");
    const Reply newest = reply_of(
        "*1\r\n*6\r\n:41\r\n:1700000000\r\n:2500\r\n*2\r\n$3\r\nGET\r\n$8\r\npassword\r\n"
        "$9\r\n127.0.0.1\r\n$0\r\n\r\n");
    const auto samples = slowlog_samples(*length, newest.get());
    REQUIRE(samples.has_value());
    REQUIRE(samples->size() == 3);
    CHECK(samples->points()[0].value == 12);
    CHECK(samples->points()[1].value == 41);
    CHECK(samples->points()[2].value == 0.0025);
}

TEST_CASE("slowlog: an empty log has a length and no entry, other shapes are phase parse",
          "[redis]") {
    const Reply length = reply_of(":0\r\n");
    const Reply none = reply_of("*0\r\n");
    CHECK(slowlog_samples(*length, nullptr)->size() == 1);
    CHECK(slowlog_samples(*length, none.get())->size() == 1);
    for (const char* wrong : {"+OK\r\n", "$-1\r\n", "*-1\r\n", "*1\r\n:1\r\n", "*1\r\n*0\r\n",
                              "*1\r\n*3\r\n:1\r\n:2\r\n$1\r\n3\r\n", "*1\r\n*-1\r\n"}) {
        CAPTURE(wrong);
        const Reply newest = reply_of(wrong);
        const auto samples = slowlog_samples(*length, newest.get());
        REQUIRE(samples.has_error());
        CHECK(samples.error().phase == Phase::parse);
    }
    CHECK(slowlog_samples(*none, nullptr).has_error());
}

}  // namespace
}  // namespace erp::redis
