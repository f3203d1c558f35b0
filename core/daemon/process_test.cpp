#include "core/daemon/process.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>

namespace erp {
namespace {

/// Resident code, in KiB: of the mappings that are r-x, the lines "Rss: 12 kB" of proc(5)'s smaps.
double resident_code() {
    std::ifstream smaps("/proc/self/smaps");
    double total = 0;
    bool code = false;
    for (std::string line; std::getline(smaps, line);) {
        if (line.find(" r-xp ") != std::string::npos) {
            code = true;
        } else if (line.starts_with("Rss:")) {
            const auto kib = to_double(trim(line.substr(4, line.rfind(' ') - 4)));
            if (code) total += kib.value_or(0);
            code = false;
        } else if (line.find("-p ") != std::string::npos) {
            code = false;
        }
    }
    return total;
}

TEST_CASE("process: code that only the start ran is given back, and runs again", "[daemon]") {
    const double before = resident_code();
    REQUIRE(before > 0);
    give_back_memory();
    // What reads this is back by now, with its neighbours.
    CHECK(resident_code() < before);
    CHECK(to_double("1.5") == 1.5);
}

}  // namespace
}  // namespace erp
