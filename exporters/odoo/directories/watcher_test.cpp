#include "exporters/odoo/directories/watcher.hpp"

#include "exporters/odoo/directories/data_dir.hpp"
#include "exporters/odoo/directories/pacing.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <thread>

namespace erp::odoo {
namespace {

TEST_CASE("directories: work is a tenth of the time", "[odoo]") {
    using std::chrono::milliseconds;
    CHECK(rest_after(milliseconds(10)) == milliseconds(90));
    CHECK(rest_after(std::chrono::hours(1)) == std::chrono::seconds(5));
}

TEST_CASE("directories: the watcher publishes what it sees, and stops without waiting", "[odoo]") {
    const DataDir data;
    data.write("filestore/acme/ab/1", 9);
    data.write("filestore/evil\"}/ab/1", 5);
    data.write("filestore/backup of acme/ab/1", 7);
    data.write("sessions/ab/abc", 1);
    Log log(LogLevel::error);
    DirectoryWatcher watcher({.data_dir = [&] { return data.path; },
                              .known = [](std::string_view name) { return name == "acme"; },
                              .space_interval = std::chrono::milliseconds(10)},
                             "erp", log);
    const auto published = watcher.published();
    const auto patience = Deadline::after(std::chrono::seconds(20));
    std::shared_ptr<const DirectoryPicture> picture;
    while (!patience.passed() && (!picture || picture->filestores_at == 0)) {
        picture = published->latest().value;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    REQUIRE(picture);
    CHECK(picture->filestores.size() == 1);
    REQUIRE(picture->filestores.contains("acme"));
    CHECK(picture->filestores.at("acme").bytes == 9);
    REQUIRE(picture->unknown.has_value());
    CHECK(picture->unknown->bytes == 12);
    CHECK(picture->unknown->files == 2);
    CHECK(picture->sessions.has_value());
    watcher.stop();
}

}  // namespace
}  // namespace erp::odoo
