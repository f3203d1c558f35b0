#include "exporters/odoo/log/scan.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace erp::odoo;

TEST_CASE("a pid is taken off the front of a text") {
    std::string_view text = "123456789 INFO";
    CHECK(take_pid(text) == 123'456'789);
    CHECK(text == " INFO");
    for (std::string_view none : {"", " 1", "x", "1234567890", "-1"}) {
        CAPTURE(none);
        CHECK_FALSE(take_pid(none));
    }
}

TEST_CASE("a colon that a blank follows, or nothing, is found at each place of a text") {
    for (std::size_t size = 0; size < 70; ++size) {
        // Of its own size, so that what is read behind it is seen.
        const std::vector<char> none(size, ':' + 1);
        REQUIRE_FALSE(has_colon_end({none.data(), none.size()}));
        for (std::size_t at = 0; at < size; ++at) {
            std::vector<char> text = none;
            text[at] = ':';
            INFO(size << " bytes, colon at " << at);
            CHECK(has_colon_end({text.data(), size}) == (at + 1 == size));
            if (at + 1 == size) continue;
            text[at + 1] = ' ';
            CHECK(has_colon_end({text.data(), size}));
            text[at] = ' ';
            text[at + 1] = 'x';
            CHECK_FALSE(has_colon_end({text.data(), size}));
        }
    }
}
