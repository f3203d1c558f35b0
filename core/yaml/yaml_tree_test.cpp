#include "core/yaml/yaml_tree.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <random>
#include <string>

namespace erp {
namespace {

using namespace std::string_literals;
using Kind = YamlNode::Kind;

/// "line: text" of the only problem.
std::string problem(const std::string& text) {
    const YamlTree tree = parse_yaml(text);
    REQUIRE(tree.problems.size() == 1);
    return std::to_string(tree.problems[0].line) + ": " + tree.problems[0].text;
}

TEST_CASE("yaml: an empty text, comments and an end mark are no problem", "[config]") {
    for (const char* text : {"", "\n", "# only a comment\n", "---\n", "---\n# x\n...\n"}) {
        CAPTURE(text);
        const YamlTree tree = parse_yaml(text);
        CHECK(tree.problems.empty());
        CHECK((!tree.root || tree.root->kind == Kind::null));
    }
    CHECK(parse_yaml("\xEF\xBB\xBFk: v\r\n").root->entries[0].value->scalar == "v");
}

TEST_CASE("yaml: syntax errors have a line and quote nothing", "[config]") {
    CHECK(problem("a: 1\nb: [1, 2\n") == "2: not valid YAML: end of sequence flow not found");
    CHECK(problem("a: 1\n  b: 2\n") == "2: not valid YAML: illegal map value");
    CHECK(problem("password: *hunter2\n") ==
          "1: not valid YAML: the referenced anchor is not defined");
    CHECK(problem("a: \"\\q\"\n") == "1: not valid YAML: unknown escape character");
    for (const char* open : {"b: 'x\n", "b: 'x\nc: 1\n", "b: \"x\n\n", "b: 'x", "b: \"x\n# y\n"}) {
        CAPTURE(open);
        CHECK(problem(open).ends_with(": not valid YAML: illegal EOF in scalar"));
    }
    CHECK(parse_yaml("b: |\n  x\n  # y\n").root->entries[0].value->scalar == "x\n# y\n");
}

TEST_CASE("yaml: bytes that are not text are refused with their line", "[config]") {
    CHECK(problem("a: 1\nb: \0x"s) == "2: a control character (NUL or the like)");
    CHECK(problem("a: 1\n\x04\nb: 2") == "2: a control character (NUL or the like)");
    CHECK(problem("a: \xC3\x28") == "1: not valid UTF-8");
    CHECK(problem("\xFF\xFE"
                  "a\0"s) == "1: a control character (NUL or the like)");
}

TEST_CASE("yaml: a configuration is one document", "[config]") {
    CHECK(problem("a: 1\n---\nb: 2\n") == "2: more than one document; a configuration is one");
    CHECK(problem("{a: 1} b\n") == "1: more than one document; a configuration is one");
}

TEST_CASE("yaml: keys are text and tags have no meaning", "[config]") {
    CHECK(problem("[a, b]: 1\n") == "1: a key must be text");
    CHECK(problem("? {a: 1}\n: 1\n") == "1: a key must be text");
    CHECK(problem("~: 1\n") == "1: a key must be text");
    CHECK(problem("a: 1\nb: !secret x\n") ==
          "2: a tag (an exclamation mark before a value) has no meaning here");
}

TEST_CASE("yaml: an alias is its anchor's value", "[config]") {
    const YamlTree tree = parse_yaml("a: &x {k: v}\nb: *x\nc: *x\n");
    REQUIRE(tree.problems.empty());
    CHECK(tree.root->entries[1].value == tree.root->entries[0].value);
    CHECK(tree.root->values == 13);  // the map, three keys, three times a map of a pair
    CHECK(problem("a: &x [*x]\n") == "1: an alias stands inside its own anchor");
}

TEST_CASE("yaml: aliases that double at each step end before they cost anything", "[config]") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 20; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j)
            text += (j > 0 ? ", " : "") + before;
        text += "]\n";
    }
    CHECK(problem(text) == "5: more than 100000 values, with aliases expanded");

    std::string merges = "a0: &a0 {k0: 1}\n";
    for (int i = 1; i < 40; ++i) {
        const std::string n = std::to_string(i);
        const std::string before = "*a" + std::to_string(i - 1);
        merges.append("a" + n).append(": &a" + n).append(" {k" + n).append(": " + before);
        merges.append(", <<: " + before).append("}\n");
    }
    CHECK(problem(merges).ends_with("more than 100000 values, with aliases expanded"));
}

TEST_CASE("yaml: nesting has a limit", "[config]") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(parse_yaml(nested(kDeepestYaml)).problems.empty());
    CHECK(problem(nested(kDeepestYaml + 1)) == "1: nested more than 64 levels deep");
    CHECK(parse_yaml(std::string(500'000, '[')).problems.size() == 1);
    CHECK(parse_yaml(std::string(500'000, '{')).problems.size() == 1);
    std::string keys;
    for (int i = 0; i < 100'000; ++i)
        keys += "? ";
    CHECK(parse_yaml(keys).problems.size() == 1);
}

TEST_CASE("yaml: merge keys fill in what a map does not say itself", "[config]") {
    const YamlTree tree = parse_yaml(
        "one: &one {a: 1, b: 1}\n"
        "two: &two {b: 2, c: 2}\n"
        "sum: {<<: [*one, *two], a: own}\n"
        "text: {'<<': 1}\n");
    REQUIRE(tree.problems.empty());
    const YamlNode& sum = *tree.root->entries[2].value;
    REQUIRE(sum.entries.size() == 3);
    CHECK(sum.entries[0].value->scalar == "own");
    CHECK((sum.entries[1].key == "b" && sum.entries[1].value->scalar == "1"));
    CHECK((sum.entries[2].key == "c" && sum.entries[2].value->scalar == "2"));
    CHECK(tree.root->entries[3].value->entries[0].key == "<<");
    CHECK(problem("a: 1\nb: {<<: x}\n") == "2: << needs a mapping or a list of mappings");
}

TEST_CASE("yaml: whatever the bytes, the parse ends with a tree or a problem", "[config]") {
    const std::string_view pieces[] = {
        "a",    "b: ", "\n",     "\n  ", "\n    ",   "- ",          "? ",    ": ",    "{",
        "}",    "[",   "]",      ",",    "'",        "\"",          "&x ",   "*x",    "|\n",
        ">-\n", "!t ", "!!str ", "<<: ", "#",        "%YAML 1.2\n", "---\n", "...\n", "\\",
        "\t",   "@",   "`",      "~",    "\xC3\xB6", "\xFF",        "-",     "key",   "1"};
    std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): the same texts in each run
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        const std::size_t length = random() % 25;
        for (std::size_t i = 0; i < length; ++i)
            text += pieces[random() % std::size(pieces)];
        const YamlTree tree = parse_yaml(text);
        for (const YamlProblem& problem : tree.problems) {
            CAPTURE(text, problem.text);
            CHECK_FALSE(problem.text.empty());
            CHECK(problem.line >= 0);
        }
    }
}

TEST_CASE("yaml: the largest allowed texts take a moment, not minutes", "[config]") {
    const auto repeated = [](std::string_view piece) {
        std::string text;
        while (text.size() + piece.size() <= kLongestYaml)
            text += piece;
        return text;
    };
    for (const std::string_view piece :
         {"a", "- a\n", "k: v\n", "[", "{a,", "'x'\n", "&a ", "\"\\u00f6", "# c\n", "  ", "\n"}) {
        CAPTURE(piece);
        const auto begin = std::chrono::steady_clock::now();
        (void)parse_yaml(repeated(piece));
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    }
}

}  // namespace
}  // namespace erp
