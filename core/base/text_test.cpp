#include "core/base/text.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace erp {
namespace {

using namespace std::string_literals;

TEST_CASE("text: cut takes the first separator", "[base]") {
    const auto two = cut("a=b=c", '=');
    REQUIRE(two);
    CHECK(two->first == "a");
    CHECK(two->second == "b=c");
    CHECK_FALSE(cut("abc", '='));
    CHECK(cut("=", '=') == std::pair<std::string_view, std::string_view>{});
}

TEST_CASE("text: split keeps empty parts", "[base]") {
    CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
    CHECK(split("", ',') == std::vector<std::string_view>{""});
}

TEST_CASE("text: trim takes spaces, tabs and line ends off both sides", "[base]") {
    CHECK(trim(" \t a b\r\n") == "a b");
    CHECK(trim(" \n").empty());
    CHECK(trim("").empty());
}

TEST_CASE("text: a label value is valid UTF-8 without NUL", "[base]") {
    CHECK(to_label_value("K\xC3\xB6ln \xF0\x9F\x90\x98") == "K\xC3\xB6ln \xF0\x9F\x90\x98");
    CHECK(to_label_value("a\0b"s) ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK(to_label_value("\xFF") == "\xEF\xBF\xBD");
    // overlong, surrogate, above U+10FFFF, cut short: one replacement for each byte
    CHECK(to_label_value("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(to_label_value("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(to_label_value("\xF4\x90\x80\x80").size() == 12);
    CHECK(to_label_value("\xE2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(to_label_value("line\nbreak") == "line\nbreak");
}

TEST_CASE("text: a label value is cut at a character boundary", "[base]") {
    CHECK(to_label_value("abc", 2) == "ab");
    CHECK(to_label_value("a\xC3\xB6", 2) == "a");
    CHECK(to_label_value("a\xC3\xB6", 3) == "a\xC3\xB6");
}

TEST_CASE("text: whatever the bytes, a label value is one and stays one", "[base]") {
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same bytes in each run
    for (int round = 0; round < 2000; ++round) {
        std::string bytes(random() % 40, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random() % 256);
        const std::string value = to_label_value(bytes, 30);
        CHECK(is_label_value(value, 30));
        CHECK(to_label_value(value, 30) == value);
        CHECK(is_label_value(bytes, 30) == (value == bytes));
    }
}

TEST_CASE("text: the nearest name is one that was probably meant", "[base]") {
    const std::string_view keys[] = {"sslmode", "password_file", "user", "address"};
    CHECK(nearest("sslmod", keys) == "sslmode");
    CHECK(nearest("adress", keys) == "address");
    CHECK(nearest("usre", keys) == "user");  // two letters swapped
    CHECK(nearest("password", keys) == "password_file");
    CHECK(nearest("colour", keys) == std::nullopt);
    CHECK(nearest("", keys) == std::nullopt);
    CHECK(nearest("sslmode", {}) == std::nullopt);
}

TEST_CASE("text: HTML loses its five special characters", "[base]") {
    CHECK(html_escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

TEST_CASE("text: JSON strings", "[base]") {
    const auto json = [](std::string_view text, std::size_t longest = 100) {
        std::string out;
        append_json_string(out, text, longest);
        return out;
    };
    CHECK(json("a\"b\\c\n\r\t") == R"("a\"b\\c\n\r\t")");
    CHECK(json("\x01\x1f\x7f") == R"("\u0001\u001f\u007f")");
    CHECK(json("gr\xC3\xBC\xC3\x9F\x65") == "\"gr\xC3\xBC\xC3\x9F\x65\"");
    CHECK(json("abcdef", 3) == "\"abc\"");
}

}  // namespace
}  // namespace erp
