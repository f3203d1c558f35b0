#include "core/counting/table.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp::counting {
namespace {

TEST_CASE("names: the same text has the same number, and beyond the cap all are _other",
          "[counting]") {
    Names names(3);
    const auto acme = names.number("acme");
    CHECK(names.number("globex") != acme);
    CHECK(names.number("initech") > acme);
    CHECK(names.number("hooli") == Names::kOther);
    CHECK(names.number("") == Names::kNone);
    CHECK(names.number("hooli") == Names::kOther);
    CHECK(names.number("acme") == acme);
    CHECK(names.number("hooli") == Names::kOther);
    CHECK(names.number("") == Names::kNone);
    CHECK(names.texts()[acme] == "acme");
    CHECK(Names(3).number(std::string(Names::kLongest + 1, 'x')) == Names::kOther);
    CHECK(Names(3).number("_other") == Names::kOther);
    CHECK(names.refused() == 3);
}

TEST_CASE("names: come back in their order, and not from other texts", "[counting]") {
    Names names(10);
    for (const char* text : {"one", "two", "three"})
        (void)names.number(text);
    Names again(10);
    REQUIRE(again.restore(names.texts()));
    CHECK(again.texts() == names.texts());
    CHECK(again.number("two") == names.number("two"));
    CHECK_FALSE(again.restore({"_other", "", "one", "one"}));
    CHECK_FALSE(again.restore({"one"}));
    CHECK_FALSE(Names(2).restore(names.texts()));
    CHECK(again.texts() == names.texts());
}

TEST_CASE("names: of as many as there may be each has its own number, also the longest",
          "[counting]") {
    constexpr std::size_t kMost = 6'000;
    Names names(kMost);
    const auto text = [](std::size_t i) {
        std::string name = std::to_string(i);
        if (i % 100 == 0) name.resize(Names::kLongest, 'x');
        return name;
    };
    for (std::size_t i = 0; i < kMost; ++i)
        REQUIRE(names.number(text(i)) == i + 2);
    CHECK(names.number("one more") == Names::kOther);
    for (std::size_t i = kMost; i-- > 0;) {
        REQUIRE(names.number(text(i)) == i + 2);
        REQUIRE(names.texts()[i + 2] == text(i));
    }
    Names again(kMost);
    REQUIRE(again.restore(names.texts()));
    CHECK(again.number(text(4'200)) == 4'202);
    CHECK(again.number("one more") == Names::kOther);
}

TEST_CASE("table: keeps a cell for each key, and one for all beyond the cap", "[counting]") {
    Table<2, int> table(1000);
    for (Names::Number i = 0; i < 3000; ++i)
        table.at({i, static_cast<Names::Number>(i % 7 + 1)}) += 1;
    for (Names::Number i = 0; i < 1000; ++i)
        table.at({i, static_cast<Names::Number>(i % 7 + 1)}) += 1;
    REQUIRE(table.rows().size() == 1001);
    int sum = 0;
    for (const auto& [key, count] : table.rows()) {
        sum += count;
        CHECK(count == (key == Key<2>{} ? 2000 : 2));
    }
    CHECK(sum == 4000);
    CHECK(table.refused() == 2000);
    for (std::size_t i = 0; i < table.rows().size(); ++i)
        CHECK(table.is_surplus(i) == (table.rows()[i].key == Key<2>{}));

    Table<2, int> again(1000);
    again.restore(table.rows());
    again.at({5, 6}) += 40;
    CHECK(again.at({5, 6}) == 42);
    CHECK(again.rows().size() == table.rows().size());
}

TEST_CASE("table: keys that differ in one number alone are different rows", "[counting]") {
    Table<8, int> table(1000);
    Key<8> key{1, 2, 3, 4, 5, 6, 7, 8};
    table.at(key) = 100;
    for (std::size_t i = 0; i < key.size(); ++i) {
        for (const unsigned bit : {0U, 7U, 8U, 15U}) {
            Key<8> other = key;
            other[i] = static_cast<Names::Number>(other[i] ^ (1U << bit));
            CHECK(++table.at(other) == 1);
        }
    }
    CHECK(table.at(key) == 100);
    CHECK(table.rows().size() == 1 + 8 * 4);
}

}  // namespace
}  // namespace erp::counting
