#include "exporters/odoo/directories/survey.hpp"

#include "exporters/odoo/directories/data_dir.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <string>

namespace erp::odoo {
namespace {

namespace fs = std::filesystem;

bool go_on(std::size_t /*entries*/) {
    return true;
}

DirectoryPicture surveyed(const std::string& path, WalkBounds bounds = {}) {
    DirectorySurvey survey(path, bounds);
    survey.look_at_space();
    REQUIRE(survey.walk(go_on, [] {}));
    return survey.picture();
}

TEST_CASE("directories: files and bytes of each database, in two levels and the checklist",
          "[odoo]") {
    const DataDir data;
    data.write("filestore/acme/ab/abcdef", 100);
    data.write("filestore/acme/cd/cdef01", 20);
    data.write("filestore/acme/checklist/ab/abcdef", 0);
    data.write("filestore/globex/00/00ff", 7);
    data.write("filestore/a file that is no database", 5);
    fs::create_directories(data.path + "/filestore/empty");
    const DirectoryPicture picture = surveyed(data.path);
    REQUIRE(picture.filestores.size() == 3);
    CHECK(picture.filestores.at("acme").files == 3);
    CHECK(picture.filestores.at("acme").bytes == 120);
    CHECK(picture.filestores.at("globex").bytes == 7);
    CHECK(picture.filestores.at("empty").files == 0);
    CHECK(picture.filestores_complete);
    CHECK(picture.filestores_at > 0);
    REQUIRE(picture.space.has_value());
    CHECK(picture.space->size_bytes > 0);
    CHECK(picture.space->free_bytes <= picture.space->size_bytes);
}

TEST_CASE("directories: sessions of 14 and of 16 count, those being written do not", "[odoo]") {
    const DataDir data;
    data.write("sessions/werkzeug_0a1b.sess", 10);
    data.write("sessions/werkzeug_2c3d.sess", 10, 3600);
    data.write("sessions/tmp1234.__wz_sess", 10);
    data.write("sessions/ab/abcdefgh", 10, 600);
    data.write("sessions/cd/cdefgh", 10, 100'000);
    fs::create_directories(data.path + "/filestore");
    const DirectoryPicture picture = surveyed(data.path);
    REQUIRE(picture.sessions.has_value());
    CHECK(picture.sessions->all == 4);
    CHECK(picture.sessions->recent == 2);
}

TEST_CASE("directories: links below the folder of a database are not followed", "[odoo]") {
    const DataDir data;
    const DataDir other;
    other.write("ab/secret", 1000);
    data.write("filestore/acme/ab/one", 1);
    fs::create_directory_symlink(other.path, data.path + "/filestore/acme/cd");
    fs::create_symlink(other.path + "/ab/secret", data.path + "/filestore/acme/ab/two");
    fs::create_symlink(other.path + "/ab/secret", data.path + "/filestore/no folder");
    const DirectoryPicture picture = surveyed(data.path);
    CHECK(picture.filestores.size() == 1);
    CHECK(picture.filestores.at("acme").bytes == 1);
    CHECK(picture.filestores_complete);
}

TEST_CASE("directories: a database, the filestore and the sessions may be on another disk",
          "[odoo]") {
    const DataDir disk;
    disk.write("globex/ab/one", 1000);
    disk.write("seats/ab/abc", 1);
    const DataDir data;
    data.write("filestore/acme/ab/one", 1);
    fs::create_directory_symlink(disk.path + "/globex", data.path + "/filestore/globex");
    fs::create_directory_symlink(disk.path + "/seats", data.path + "/sessions");
    const DirectoryPicture one = surveyed(data.path);
    CHECK(one.filestores.at("acme").bytes == 1);
    CHECK(one.filestores.at("globex").bytes == 1000);
    CHECK(one.filestores_complete);
    REQUIRE(one.sessions.has_value());
    CHECK(one.sessions->all == 1);

    const DataDir linked;
    fs::create_directory_symlink(data.path + "/filestore", linked.path + "/filestore");
    CHECK(surveyed(linked.path).filestores.size() == 2);
    const DataDir apart;
    fs::create_directory_symlink("/proc", apart.path + "/filestore");  // the only one without size
    DirectorySurvey survey(apart.path);
    survey.look_at_space();
    REQUIRE(survey.picture().space.has_value());
    CHECK(survey.picture().space->size_bytes == 0);
    CHECK(space_of(apart.path)->size_bytes > 0);
}

TEST_CASE("directories: a link that cannot be followed is said", "[odoo]") {
    const DataDir data;
    data.write("filestore/acme/ab/one", 1);
    fs::create_directory_symlink("/nowhere", data.path + "/filestore/globex");
    const DirectoryPicture broken = surveyed(data.path);
    CHECK(broken.filestores.size() == 1);
    CHECK_FALSE(broken.filestores_complete);
    REQUIRE(broken.filestore_problem.has_value());
    CHECK(broken.filestore_problem->text.ends_with("globex: No such file or directory"));
    fs::create_directory_symlink("/nowhere", data.path + "/filestore/initech");
    fs::create_directory_symlink("/nowhere", data.path + "/filestore/umbrella");
    CHECK(surveyed(data.path).filestore_problem->text ==
          broken.filestore_problem->text + " (and 2 more)");

    // By /proc/<pid>/root it would lead to a folder of ours.
    const DirectoryPicture inside =
        surveyed("/proc/" + std::to_string(::getpid()) + "/root" + data.path);
    CHECK(inside.filestores.size() == 1);
    CHECK_FALSE(inside.filestores_complete);
    REQUIRE(inside.filestore_problem.has_value());
    CHECK(inside.filestore_problem->phase == Phase::unsupported);
    CHECK(inside.space.has_value());
    const DataDir linked;
    fs::create_directory_symlink(data.path + "/filestore", linked.path + "/filestore");
    const DirectoryPicture none =
        surveyed("/proc/" + std::to_string(::getpid()) + "/root" + linked.path);
    CHECK(none.filestores.empty());
    CHECK_FALSE(none.filestores_complete);
    CHECK(none.filestores_at > 0);
}

TEST_CASE("directories: what is not there is a reason, and no zero", "[odoo]") {
    const DataDir data;
    const DirectoryPicture picture = surveyed(data.path);
    CHECK_FALSE(picture.sessions.has_value());
    REQUIRE(picture.sessions_problem.has_value());
    CHECK(picture.sessions_problem->phase == Phase::refused);
    REQUIRE(picture.filestore_problem.has_value());
    CHECK_FALSE(picture.filestores_complete);
    const DirectoryPicture nowhere = surveyed(data.path + "/nowhere");
    CHECK_FALSE(nowhere.space.has_value());
    REQUIRE(nowhere.space_problem.has_value());
}

TEST_CASE("directories: more files than allowed are said, not counted", "[odoo]") {
    const DataDir data;
    for (int i = 0; i < 5; ++i)
        data.write("filestore/large/ab/" + std::to_string(i), 1);
    data.write("filestore/small/ab/0", 1);
    fs::create_directories(data.path + "/sessions");
    const DirectoryPicture picture = surveyed(data.path, {.files = 4});
    CHECK(picture.filestores.size() == 1);
    CHECK(picture.filestores.contains("small"));
    CHECK_FALSE(picture.filestores_complete);
    REQUIRE(picture.filestore_problem.has_value());
    CHECK(picture.filestore_problem->phase == Phase::limit);
}

TEST_CASE("directories: of folders that are too deep nothing is said, but why", "[odoo]") {
    const DataDir data;
    data.write("filestore/deep/ab/0", 1);
    data.write("filestore/deep/1/2/3/4/5/0", 1);
    data.write("filestore/small/ab/0", 1);
    fs::create_directories(data.path + "/sessions");
    const DirectoryPicture picture = surveyed(data.path, {});
    CHECK(picture.filestores.size() == 1);
    CHECK_FALSE(picture.filestores_complete);
    REQUIRE(picture.filestore_problem.has_value());
    CHECK(picture.filestore_problem->text.find("deep/1/2/3/4/5") != std::string::npos);
}

TEST_CASE("directories: a database that is dropped is forgotten in the next round", "[odoo]") {
    const DataDir data;
    data.write("filestore/acme/ab/1", 1);
    data.write("filestore/globex/ab/1", 1);
    DirectorySurvey survey(data.path);
    REQUIRE(survey.walk(go_on, [] {}));
    fs::remove_all(data.path + "/filestore/globex");
    data.write("filestore/acme/ab/2", 5);
    REQUIRE(survey.walk(go_on, [] {}));
    CHECK(survey.picture().filestores.size() == 1);
    CHECK(survey.picture().filestores.at("acme").bytes == 6);
    CHECK(survey.picture().filestores_complete);
}

TEST_CASE("directories: files that vanish during a walk harm nothing", "[odoo]") {
    const DataDir data;
    for (int i = 0; i < 600; ++i)
        data.write("filestore/acme/ab/" + std::to_string(i), 1);
    std::size_t breaths = 0;
    DirectorySurvey survey(data.path);
    REQUIRE(survey.walk(
        [&](std::size_t entries) {
            if (entries == 0) return true;
            if (breaths++ == 0) {
                fs::remove_all(data.path + "/filestore/acme/ab");
                fs::remove_all(data.path + "/filestore/acme");
            }
            return true;
        },
        [] {}));
    CHECK(breaths >= 1);
    CHECK_FALSE(survey.picture().filestore_problem.has_value());
    CHECK(survey.picture().filestores.at("acme").files <= 600);
}

TEST_CASE("directories: a walk pauses at least every 256 entries, and ends when told", "[odoo]") {
    const DataDir data;
    for (int i = 0; i < 1000; ++i)
        data.write("one/" + std::to_string(i), 0);
    std::size_t most = 0;
    std::size_t all = 0;
    const auto end = walk_files(
        data.path + "/one", [](auto, auto, auto) {},
        [&](std::size_t entries) {
            most = std::max(most, entries);
            all += entries;
            return true;
        });
    REQUIRE(end.has_value());
    CHECK(*end == WalkEnd::complete);
    CHECK(most <= 256);
    CHECK(all == 1000);
    std::size_t seen = 0;
    const auto stopped = walk_files(
        data.path + "/one", [&](auto, auto, auto) { ++seen; }, [](std::size_t) { return false; });
    REQUIRE(stopped.has_value());
    CHECK(*stopped == WalkEnd::stopped);
    CHECK(seen == 256);
}

}  // namespace
}  // namespace erp::odoo
