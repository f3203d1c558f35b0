#include "exporters/odoo/sockets/own_overflows.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

TEST_CASE("own overflows: of both counts' increase the smaller one is the listener's",
          "[odoo][sockets]") {
    OwnOverflows own;
    own.look(0, 100);
    CHECK(own.total() == 0);
    own.look(5, 103);  // two were half checks
    CHECK(own.total() == 3);
    own.look(5, 110);  // of other listeners, or read a moment before ours
    CHECK(own.total() == 5);
    own.look(9, 110);
    CHECK(own.total() == 9);
    own.look(9, 110);
    own.look(9, 110);
    own.look(12, 110);  // half checks alone
    CHECK(own.total() == 9);
    own.look(12, 110);
    own.look(12, 113);  // of others alone
    CHECK(own.total() == 9);
    own.look(16, 2);  // another namespace
    CHECK(own.total() == 13);
}

}  // namespace
}  // namespace erp::odoo
