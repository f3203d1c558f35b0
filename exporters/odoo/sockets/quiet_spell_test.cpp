#include "exporters/odoo/sockets/quiet_spell.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

constexpr TcpSegments kSegments{100, 90};

TEST_CASE("quiet spell: it lasts while no segment comes or goes, but not for long",
          "[odoo][sockets]") {
    QuietSpell spell(3);
    CHECK_FALSE(spell.goes_on(kSegments));  // nothing is known yet
    spell.begin(kSegments, false);
    for (int i = 0; i < 3; ++i)
        CHECK(spell.goes_on(kSegments));
    CHECK_FALSE(spell.goes_on(kSegments));
    spell.begin(kSegments, false);
    CHECK(spell.goes_on(kSegments));
}

TEST_CASE("quiet spell: one segment in either direction ends it", "[odoo][sockets]") {
    for (const TcpSegments& later : {TcpSegments{101, 90}, TcpSegments{100, 91}}) {
        QuietSpell spell(3);
        spell.begin(kSegments, false);
        CHECK_FALSE(spell.goes_on(later));
    }
}

TEST_CASE("quiet spell: who waits may be accepted without a segment", "[odoo][sockets]") {
    QuietSpell spell(3);
    spell.begin(kSegments, true);
    CHECK_FALSE(spell.goes_on(kSegments));
}

TEST_CASE("quiet spell: where segments are not counted, it is never quiet", "[odoo][sockets]") {
    QuietSpell spell(3);
    spell.begin(std::nullopt, false);
    CHECK_FALSE(spell.goes_on(std::nullopt));
    CHECK_FALSE(spell.goes_on(kSegments));
}

}  // namespace
}  // namespace erp::odoo
