#include "core/tail/line_splitter.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <string>
#include <vector>

namespace erp::tail {
namespace {

using namespace std::string_literals;

std::vector<std::string> split(LineSplitter& splitter, std::string_view bytes, std::size_t step) {
    std::vector<std::string> lines;
    while (!bytes.empty()) {
        const auto room = splitter.room();
        const std::size_t size = std::min({step, bytes.size(), room.size()});
        std::memcpy(room.data(), bytes.data(), size);
        bytes.remove_prefix(size);
        splitter.filled(size);
        while (const auto line = splitter.next())
            lines.push_back(line->oversize ? "<oversize>" : std::string(line->text));
    }
    return lines;
}

TEST_CASE("splitter: lines come out whole, in whatever pieces they arrive", "[tail]") {
    for (std::size_t step = 1; step < 9; ++step) {
        LineSplitter splitter(16, 4);
        CHECK(split(splitter, "one\n\ntwo\nhalf", step) ==
              std::vector<std::string>{"one", "", "two"});
        CHECK(splitter.taken() == 9);
        CHECK(splitter.seen() == 13);
        CHECK(split(splitter, " line\n", step) == std::vector<std::string>{"half line"});
        CHECK(splitter.taken() == 19);
    }
}

TEST_CASE("splitter: a line that is too long counts once and costs no memory", "[tail]") {
    for (const std::size_t step : {1U, 7U, 1000U}) {
        LineSplitter splitter(16, 8);
        const std::string longest(16, 'x');
        std::string bytes = longest;
        bytes.append("\n").append(longest).append("y\n").append(500, 'z').append("\nok\n");
        CHECK(split(splitter, bytes, step) ==
              std::vector<std::string>{longest, "<oversize>", "<oversize>", "ok"});
        CHECK(splitter.taken() == 17 + 18 + 501 + 3);
        // An unfinished one is not taken: a restart counts it, once.
        CHECK(split(splitter, std::string(100, 'z'), step).empty());
        CHECK(splitter.taken() == 539);
        CHECK(splitter.seen() == 639);
        CHECK(splitter.room().size() <= 64);
    }
}

TEST_CASE("splitter: NUL before a line is a hole, inside it is text", "[tail]") {
    for (const std::size_t step : {1U, 5U, 1000U}) {
        LineSplitter splitter(16, 8);
        CHECK(split(splitter, std::string(200, '\0') + "a\0b\n\0c\n"s, step) ==
              std::vector<std::string>{"a\0b"s, "c"});
        CHECK(splitter.taken() == 207);
    }
}

TEST_CASE("splitter: the rest of a file is its last line", "[tail]") {
    LineSplitter splitter(16, 8);
    CHECK(split(splitter, "one\nstump", 100).size() == 1);
    CHECK(splitter.rest()->text == "stump");
    CHECK_FALSE(splitter.rest());
    CHECK(splitter.taken() == 9);
    CHECK(split(splitter, std::string(40, 'x'), 3).empty());
    CHECK(splitter.rest()->oversize);
    CHECK(splitter.taken() == 49);
}

TEST_CASE("splitter: a line whose beginning was not seen is passed over", "[tail]") {
    LineSplitter splitter(16, 8);
    splitter.skip_to_newline();
    CHECK(split(splitter, "tail of a long long line", 3).empty());
    CHECK(splitter.skipping());
    CHECK(split(splitter, "!\nnext\n", 3) == std::vector<std::string>{"next"});
    CHECK_FALSE(splitter.skipping());
}

TEST_CASE("splitter: the entry behind a stump is found", "[tail]") {
    CHECK(last_start(R"({"A":1,"B":{"A":2})", R"({"A")") == R"({"A":2})");
    CHECK(last_start(R"({"A":1})", R"({"A")").empty());
    CHECK(last_start("stump", "x").empty());
    CHECK(last_start("stump", "").empty());
}

}  // namespace
}  // namespace erp::tail
