#include "core/http/accept.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp {
namespace {

TEST_CASE("accept: gzip is used when the client says so", "[http]") {
    const std::string_view header =
        GENERATE("gzip", "GZip", "x-gzip", "deflate, gzip;q=1.0, *;q=0.5", "gzip;q=0.001",
                 "br,gzip", " gzip ; q = 0.5 ", "*", "identity;q=0, *", "gzip;q=2",
                 "gzip;level=9;q=0.1", "*;q=0, gzip", ",,gzip,", "gzip;;q=1");
    CHECK(accepts_gzip(header));
}

TEST_CASE("accept: a body is never compressed unasked", "[http]") {
    const std::string_view header = GENERATE(
        "", "identity", "deflate, br", "gzip;q=0", "gzip;q=0.000", "GZIP;Q=0", "*;q=0",
        "*, gzip;q=0", "gzip;q=0, *;q=1", "gzip;q=nan", "gzip;q=-1", "gzip;q=", "gzip;q=high",
        "gzipped", "not gzip", "gzip;q=0, x-gzip", ";", ",", "=", "\x01\xff");
    CHECK_FALSE(accepts_gzip(header));
}

TEST_CASE("accept: junk as long as a header may be ends at once", "[http]") {
    CHECK_FALSE(accepts_gzip(std::string(16 * 1024, ',')));
    CHECK_FALSE(accepts_gzip(std::string(16 * 1024, ';')));
    CHECK(accepts_gzip(std::string(16 * 1024, ',') + "gzip"));
}

}  // namespace
}  // namespace erp
