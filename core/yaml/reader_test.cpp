#include "core/yaml/reader.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace erp {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

Texts texts(const ConfigDocument& document) {
    Texts all;
    for (const ConfigError& error : document.errors())
        all.push_back(to_text(error));
    return all;
}

/// The errors of reading the value of the key `k`.
Texts errors_of(const std::string& text, const std::function<void(const ConfigValue&)>& read) {
    const ConfigDocument document = ConfigDocument::parse("f.yml", text);
    auto root = document.root();
    REQUIRE(root);
    const auto value = root->get("k");
    REQUIRE(value);
    read(*value);
    return texts(document);
}

/// The value of the key `k`, which must be without error.
template <class Read>
auto value_of(const std::string& text, Read read) {
    const ConfigDocument document = ConfigDocument::parse("f.yml", text);
    auto root = document.root();
    REQUIRE(root);
    const auto value = root->get("k");
    REQUIRE(value);
    auto result = read(*value);
    CHECK(texts(document).empty());
    return result;
}

TEST_CASE("reader: scalars are read as what they say", "[config]") {
    const auto text = [](const ConfigValue& v) { return v.text().value(); };
    CHECK(value_of("k: two words", text) == "two words");
    CHECK(value_of("k: 5", text) == "5");
    CHECK(value_of("k: 'null'", text) == "null");
    CHECK(value_of("k: \"\\u00f6\"", text) == "\xC3\xB6");
    const auto boolean = [](const ConfigValue& v) { return v.boolean().value(); };
    for (const char* yes : {"true", "on", "yes"})
        CHECK(value_of(std::string("k: ") + yes, boolean));
    for (const char* no : {"false", "off", "no"}) {
        CHECK_FALSE(value_of(std::string("k: ") + no, boolean));
    }
    CHECK(value_of("k: 42", [](const ConfigValue& v) { return v.integer(0, 42).value(); }) == 42);
    CHECK(value_of("k: 1h30m", [](const ConfigValue& v) { return v.duration(1s, 24h).value(); }) ==
          90min);
    CHECK(value_of("k: 16KiB", [](const ConfigValue& v) { return v.bytes().value(); }) == 16384);
    const std::string_view words[] = {"a", "b"};
    CHECK(value_of("k: b", [&](const ConfigValue& v) { return v.choice(words).value(); }) == "b");
}

TEST_CASE("reader: a value of another shape is an error that says what was expected", "[config]") {
    const auto text = [](const ConfigValue& v) { CHECK_FALSE(v.text()); };
    CHECK(errors_of("k: [a]", text) == Texts{"f.yml:1: k: expected text, found a list"});
    CHECK(errors_of("k: {a: b}", text) == Texts{"f.yml:1: k: expected text, found a mapping"});
    CHECK(errors_of("k: ''", text) == Texts{"f.yml:1: k: expected text, found nothing"});
    CHECK(errors_of("k: \"a\\0b\"", text) == Texts{"f.yml:1: k: the text holds a NUL character"});
    CHECK(errors_of("k: maybe", [](const ConfigValue& v) { CHECK_FALSE(v.boolean()); }) ==
          Texts{"f.yml:1: k: expected on or off, found 'maybe'"});
    const auto integer = [](const ConfigValue& v) { CHECK_FALSE(v.integer(1, 10)); };
    CHECK(errors_of("k: 11", integer) ==
          Texts{"f.yml:1: k: expected a whole number from 1 to 10, found '11'"});
    CHECK(errors_of("k: 1.5", integer) ==
          Texts{"f.yml:1: k: expected a whole number from 1 to 10, found '1.5'"});
    const auto duration = [](const ConfigValue& v) { CHECK_FALSE(v.duration(100ms, 5min)); };
    CHECK(errors_of("k: ten", duration) ==
          Texts{"f.yml:1: k: expected a duration such as 10s, found 'ten'"});
    CHECK(errors_of("k: 1h", duration) ==
          Texts{"f.yml:1: k: expected a duration from 100ms to 5m, found '1h'"});
    CHECK(errors_of("k: much", [](const ConfigValue& v) { CHECK_FALSE(v.bytes()); }) ==
          Texts{"f.yml:1: k: expected a size such as 16MiB, found 'much'"});
    const std::string_view words[] = {"require", "verify-full"};
    const auto choice = [&](const ConfigValue& v) { CHECK_FALSE(v.choice(words)); };
    CHECK(
        errors_of("k: verify-ful", choice) ==
        Texts{"f.yml:1: k: expected one of require, verify-full, found 'verify-ful'; did you mean "
              "verify-full?"});
    CHECK(errors_of("k: [require]", choice) ==
          Texts{"f.yml:1: k: expected one of require, verify-full, found a list"});
    CHECK(errors_of("k: a", [](const ConfigValue& v) { CHECK_FALSE(v.list()); }) ==
          Texts{"f.yml:1: k: expected a list, found 'a'"});
    CHECK(errors_of("k: a", [](const ConfigValue& v) { CHECK_FALSE(v.map()); }) ==
          Texts{"f.yml:1: k: expected a mapping of keys to values, found 'a'"});
}

TEST_CASE("reader: lines and paths lead to the value", "[config]") {
    const ConfigDocument document = ConfigDocument::parse("dir/f.yml",
                                                          "a:\n"
                                                          "  - x: 1\n"
                                                          "  - x: 1\n"
                                                          "    y:\n"
                                                          "      - ten\n");
    auto root = document.root();
    REQUIRE(root);
    const auto items = root->get("a")->list();
    REQUIRE(items);
    auto second = (*items)[1].map();
    REQUIRE(second);
    const auto y = second->get("y")->list();
    REQUIRE(y);
    CHECK((*y)[0].line() == 5);
    CHECK_FALSE((*y)[0].duration(1s, 2s));
    second->fail("x and y exclude each other");
    CHECK(texts(document) == Texts{"dir/f.yml:3: a[1]: x and y exclude each other",
                                   "dir/f.yml:5: a[1].y[0]: expected a duration such as 10s, found "
                                   "'ten'"});
}

TEST_CASE("reader: unknown keys, keys given twice and missing keys are found", "[config]") {
    const ConfigDocument document = ConfigDocument::parse("f.yml",
                                                          "sslmod: x\n"
                                                          "user: a\n"
                                                          "colour: red\n"
                                                          "user: b\n"
                                                          "empty:\n");
    auto root = document.root();
    REQUIRE(root);
    CHECK_FALSE(root->get("sslmode"));
    CHECK(root->get("user")->text() == "a");
    CHECK_FALSE(root->get("empty"));
    CHECK_FALSE(root->require("address"));
    root->finish();
    CHECK(texts(document) == Texts{"f.yml:1: address is required",
                                   "f.yml:1: unknown key sslmod; did you mean sslmode?",
                                   "f.yml:3: unknown key colour",
                                   "f.yml:4: user is given twice; first in line 2"});
}

TEST_CASE("reader: entries of a map with free keys are all known, twice is still an error",
          "[config]") {
    const ConfigDocument document = ConfigDocument::parse("f.yml", "b: 1\na: 2\nb: 3\nc:\n");
    auto root = document.root();
    REQUIRE(root);
    const auto entries = root->entries();
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].first == "b");
    CHECK(entries[1].second.text() == "2");
    CHECK_FALSE(entries[2].second.text());
    root->finish();
    CHECK(texts(document) == Texts{"f.yml:3: b is given twice; first in line 1",
                                   "f.yml:4: c: expected text, found nothing"});
}

TEST_CASE("reader: the canonical text tells only what is said", "[config]") {
    const auto canonical = [](const std::string& text) {
        const ConfigDocument document = ConfigDocument::parse("f.yml", text);
        auto root = document.root();
        REQUIRE(root);
        const std::string_view without[] = {"labels"};
        return root->canonical(without);
    };
    const std::string one = canonical("a: 1\nb: [x, {y: z}]\nlabels: {dc: fra}\n");
    CHECK(one == R"({"a":"1","b":["x",{"y":"z",},],})");
    CHECK(canonical("# comment\nb:\n- x\n- y: 'z'\na: \"1\"\nc: ~\n") == one);
    CHECK(canonical("a: 1\nb: [x, {y: q}]") != one);
    CHECK(canonical("a: '1\",\"b\":\"2'") != canonical("a: 1\nb: 2"));
    CHECK(canonical("a: {labels: x}") != canonical("a: {}"));
}

TEST_CASE("reader: a relative path starts at the folder of the file", "[config]") {
    const auto path = [](const std::string& file, const std::string& text) {
        const ConfigDocument document = ConfigDocument::parse(file, text);
        return document.root()->get("k")->path().value();
    };
    CHECK(path("/etc/erp/erp.yml", "k: main.password") == "/etc/erp/main.password");
    CHECK(path("/etc/erp/erp.yml", "k: /run/main") == "/run/main");
    CHECK(path("/erp.yml", "k: main") == "/main");
    CHECK(path("erp.yml", "k: keys/main") == "keys/main");
}

TEST_CASE("reader: nothing that may be a credential is quoted", "[config]") {
    const auto duration = [](const ConfigValue& v) { CHECK_FALSE(v.duration(1s, 2s)); };
    CHECK(errors_of("k: {password: hunter2}",
                    [](const ConfigValue& v) {
                        CHECK_FALSE(v.map()->get("password")->duration(1s, 2s));
                    }) ==
          Texts{"f.yml:1: k.password: expected a duration such as 10s, found a value that is "
                "not shown"});
    CHECK(
        errors_of("k: {Api_TOKEN: {a: hunter2}}", [](const ConfigValue& v) {
            CHECK_FALSE(v.map()->get("Api_TOKEN")->map()->get("a")->boolean());
        }) == Texts{"f.yml:1: k.Api_TOKEN.a: expected on or off, found a value that is not shown"});
    CHECK(errors_of("k: redis://:hunter2@host", duration) ==
          Texts{"f.yml:1: k: expected a duration such as 10s, found a value that is not shown"});
    CHECK(errors_of("k: password:hunter2", duration) ==
          Texts{"f.yml:1: k: expected a duration such as 10s, found a value that is not shown"});
    CHECK(errors_of("k: {password:hunter2, password: x}",
                    [](const ConfigValue& v) {
                        auto map = v.map();
                        CHECK_FALSE(map->get("password_file"));
                        map->finish();
                    }) == Texts{"f.yml:1: k: unknown key password...",
                                "f.yml:1: k: unknown key password; did you mean password_file?"});
}

TEST_CASE("reader: at most 60 bytes of a value are quoted, on one line", "[config]") {
    const auto boolean = [](const ConfigValue& v) { CHECK_FALSE(v.boolean()); };
    CHECK(errors_of("k: " + std::string(100, 'x'), boolean) ==
          Texts{"f.yml:1: k: expected on or off, found '" + std::string(60, 'x') + "...'"});
    CHECK(errors_of("k: \"a\\n\\e[31mb\"", boolean) ==
          Texts{"f.yml:1: k: expected on or off, found 'a  [31mb'"});
}

TEST_CASE("reader: a file is read, and what cannot be is one error without a line", "[config]") {
    std::string folder = (std::filesystem::temp_directory_path() / "erp_config_XXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const std::string file = folder + "/f.yml";
    const auto read = [&] { return ConfigDocument::read(file); };
    CHECK(texts(read()) == Texts{file + ": cannot open: No such file or directory"});
    CHECK_FALSE(read().root());
    std::ofstream(file) << "k: v\n";
    CHECK(read().root()->get("k")->text() == "v");
    std::ofstream(file) << std::string(1024UL * 1024UL + 1, '#');
    CHECK(texts(read()) == Texts{file + ": larger than 1 MiB"});
    std::filesystem::remove(file);
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    CHECK(texts(read()) == Texts{file + ": not a regular file"});
    CHECK(texts(ConfigDocument::read(folder)) == Texts{folder + ": not a regular file"});
    std::filesystem::remove_all(folder);
}

TEST_CASE("reader: after a hundred errors the rest is counted", "[config]") {
    std::string text;
    for (int i = 0; i < 250; ++i)
        text += "key" + std::to_string(i) + ": 1\n";
    const ConfigDocument document = ConfigDocument::parse("f.yml", text);
    document.root()->finish();
    const Texts all = texts(document);
    REQUIRE(all.size() == 101);
    CHECK(all[99] == "f.yml:100: unknown key key99");
    CHECK(all[100] == "f.yml: 150 more errors");
}

}  // namespace
}  // namespace erp
