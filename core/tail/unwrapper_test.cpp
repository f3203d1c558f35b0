#include "core/tail/unwrapper.hpp"

#include "core/tail/docker_line.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp::tail {
namespace {

using Kind = Unwrapper::Kind;

std::string docker(const std::string& text, const std::string& stream = "stdout") {
    return R"({"log":")" + text + R"(","stream":")" + stream +
           R"(","attrs":{"tag":"a}\"b"},"time":"2026-07-24T10:00:00.1Z"})";
}

TEST_CASE("wrapper: docker's escapes are resolved and its parts joined by stream", "[tail]") {
    Unwrapper unwrapper(Wrapping::detect);
    const std::string line = docker(R"({\"a\":\"\u0026\u00e9\ud83d\ude00\\\/\t\"}\n)");
    const auto entry = unwrapper.take(line);
    CHECK(entry.kind == Kind::complete);
    CHECK(entry.text == "{\"a\":\"&\xC3\xA9\xF0\x9F\x98\x80\\/\t\"}");
    CHECK(entry.stream == "stdout");
    CHECK(entry.time == "2026-07-24T10:00:00.1Z");
    CHECK(unwrapper.take(docker("one ")).kind == Kind::part);
    CHECK(unwrapper.take(docker(R"(other\n)", "stderr")).text == "other");
    CHECK(unwrapper.take(docker("line ")).kind == Kind::part);
    CHECK(unwrapper.take(docker(R"(here\n)")).text == "one line here");
    CHECK(unwrapper.take(docker(R"(\ud800!\n)")).text == "\xEF\xBF\xBD!");
}

TEST_CASE("wrapper: what docker does not write is malformed", "[tail]") {
    Unwrapper unwrapper(Wrapping::docker);
    for (const char* line :
         {"", "{", "{}", R"({"log":"x\n"})", R"({"log":"\x","stream":"stdout"})",
          R"({"log":"\u12","stream":"stdout"})", R"({"log":1,"stream":"stdout"})",
          R"({"log":"x\n","stream":"else"})", R"({"log":"x\n","stream":"stdout"} more)",
          R"({"log":"x\n","stream":"stdout","a":})", R"({"log":"cut)"})
        CHECK(unwrapper.take(line).kind == Kind::malformed);
    CHECK(unwrapper.take(R"( { "log" : "x\n" , "stream":"stdout", "n":[1,{"a":null}] } )").text ==
          "x");
}

TEST_CASE("wrapper: CRI lines are joined from P to F", "[tail]") {
    Unwrapper unwrapper(Wrapping::detect);
    const std::string time = "2026-07-24T10:00:00.123456789+02:00 ";
    CHECK(unwrapper.take(time + "stdout F whole").text == "whole");
    CHECK(unwrapper.take(time + "stdout P one ").kind == Kind::part);
    CHECK(unwrapper.take(time + "stderr F other").text == "other");
    CHECK(unwrapper.take(time + "stdout P:x line").kind == Kind::part);
    CHECK(unwrapper.take(time + "stdout F ").text == "one line");
    const std::string bare = time + "stdout F";
    CHECK(unwrapper.take(bare).text.data() == bare.data() + bare.size());
    CHECK(unwrapper.take(time + "stdin F x").kind == Kind::malformed);
    CHECK(unwrapper.take("stump").kind == Kind::malformed);
}

TEST_CASE("wrapper: a joined line has a limit", "[tail]") {
    Unwrapper unwrapper(Wrapping::docker, 10);
    CHECK(unwrapper.take(docker("12345678")).kind == Kind::part);
    CHECK(unwrapper.take(docker("12345678")).kind == Kind::part);
    CHECK(unwrapper.take(docker(R"(9\n)")).kind == Kind::oversize);
    CHECK(unwrapper.take(docker(R"(ok\n)")).text == "ok");
}

TEST_CASE("wrapper: waiting parts survive a restart", "[tail]") {
    Unwrapper before(Wrapping::detect);
    CHECK(before.take(docker("first ")).kind == Kind::part);
    Unwrapper after(Wrapping::detect);
    REQUIRE(after.restore(before.state()));
    CHECK(after.take(docker(R"(second\n)")).text == "first second");
    CHECK_FALSE(after.restore("rubbish"));
    CHECK_FALSE(after.restore(before.state() + "x"));
}

}  // namespace
}  // namespace erp::tail
