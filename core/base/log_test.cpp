#include "core/base/log.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp {
namespace {

using namespace std::string_literals;

std::string logfmt(std::string_view message, std::initializer_list<LogField> fields = {}) {
    return log_line(LogFormat::logfmt, LogLevel::info, "T", message, fields);
}

std::string json(std::string_view message, std::initializer_list<LogField> fields = {}) {
    return log_line(LogFormat::json, LogLevel::error, "T", message, fields);
}

TEST_CASE("log: logfmt quotes only what needs it", "[base]") {
    CHECK(logfmt("target is up", {{"target", "main"}, {"empty", ""}, {"url", "a=b"}}) ==
          R"(ts=T level=info msg="target is up" target=main empty="" url="a=b")");
    CHECK(logfmt("up") == "ts=T level=info msg=up");
}

TEST_CASE("log: JSON is one object with every value as text", "[base]") {
    CHECK(json("say \"hi\"", {{"target", "main"}}) ==
          R"({"ts":"T","level":"error","msg":"say \"hi\"","target":"main"})");
}

TEST_CASE("log: bytes of a peer cannot break a line or forge a field", "[base]") {
    CHECK(logfmt("x\nlevel=error msg=forged") ==
          R"(ts=T level=info msg="x\nlevel=error msg=forged")");
    CHECK(logfmt("\x1B[31m\t\r\x7F\\") == R"(ts=T level=info msg="\u001b[31m\t\r\u007f\\")");
    CHECK(logfmt("a\0b"s) ==
          "ts=T level=info msg=\"a\xEF\xBF\xBD"
          "b\"");
    CHECK(json("\xFF").find("\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("log: a value is at most 4 KiB", "[base]") {
    CHECK(logfmt("m", {{"text", std::string(10'000, 'x') + " "}}).size() < 4200);
}

TEST_CASE("log: all levels have their word", "[base]") {
    for (const auto& [level, word] :
         {std::pair{LogLevel::debug, "debug"}, std::pair{LogLevel::info, "info"},
          std::pair{LogLevel::warn, "warn"}, std::pair{LogLevel::error, "error"}}) {
        CHECK(log_line(LogFormat::logfmt, level, "T", "m", {}) ==
              "ts=T level=" + std::string(word) + " msg=m");
    }
}

}  // namespace
}  // namespace erp
