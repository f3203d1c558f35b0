#include "exporters/odoo/log/scan.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace erp::odoo;

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
