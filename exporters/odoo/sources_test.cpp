#include "exporters/odoo/sources.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

TEST_CASE("sources: processes of which only the port is told are looked for, not missed",
          "[odoo]") {
    ProcessPicture picture;
    CHECK_FALSE(state_of(nullptr, false).on);
    CHECK(state_of(nullptr, true).on);
    picture.problem = Error{Phase::refused, "no process runs Odoo"};
    CHECK_FALSE(state_of(&picture, false).on);
    CHECK(state_of(&picture, true).on);
}

TEST_CASE("sources: the counts of a master that was seen stay when it has gone", "[odoo]") {
    ProcessPicture picture;
    picture.known.since = 1'000'000;
    CHECK(state_of(&picture, false).on);
    CHECK_FALSE(state_of(&picture, false).problem.has_value());
    picture.problem = Error{Phase::refused, "no process runs Odoo"};
    const SourceState gone = state_of(&picture, false);
    CHECK(gone.on);
    CHECK(gone.seen);
    CHECK(gone.problem.has_value());
    CHECK(gone.missing == Unavailable::no);
}

TEST_CASE("sources: hidden processes are a missing right, however they are told", "[odoo]") {
    ProcessPicture picture;
    picture.problem = Error{Phase::privilege, "/proc may be mounted with hidepid"};
    for (const bool named : {false, true})
        CHECK(state_of(&picture, named).missing == Unavailable::privilege);
    ProcessPicture unread;
    unread.settings_problem = Error{Phase::privilege, "odoo.conf: Permission denied"};
    CHECK(state_of(&unread, false).missing == Unavailable::privilege);
}

}  // namespace
}  // namespace erp::odoo
