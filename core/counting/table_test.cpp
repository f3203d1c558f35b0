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
    CHECK(names.number("acme") == acme);
    CHECK(names.number("") == Names::kNone);
    CHECK(names.texts()[acme] == "acme");
    CHECK(Names(3).number(std::string(Names::kLongest + 1, 'x')) == Names::kOther);
    CHECK(Names(3).number("_other") == Names::kOther);
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

    Table<2, int> again(1000);
    again.restore(table.rows());
    again.at({5, 6}) += 40;
    CHECK(again.at({5, 6}) == 42);
    CHECK(again.rows().size() == table.rows().size());
}

}  // namespace
}  // namespace erp::counting
