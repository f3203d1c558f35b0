// What a master was told, and which version it is.
#include "exporters/odoo/log/release.hpp"
#include "exporters/odoo/processes/fake_proc.hpp"
#include "exporters/odoo/processes/master.hpp"
#include "exporters/odoo/processes/release.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

namespace erp::odoo {
namespace {

TEST_CASE("master: settings come from its own file, or say why not", "[odoo]") {
    FakeProc proc;
    put_two(proc);
    const auto blue = find_master(ProcFolder(proc.folder), {.cgroup = "blue"});
    REQUIRE(blue.has_value());
    // Its root is not to be seen here, but it is in no namespace of its own, so it is ours.
    CHECK(blue->settings.complete());
    CHECK(blue->settings.number("http_port") == 8070);
    CHECK_FALSE(blue->settings_problem.has_value());
    const auto green = find_master(ProcFolder(proc.folder), {.cgroup = "9f8e7d"});
    REQUIRE(green.has_value());
    CHECK_FALSE(green->settings.number("workers").has_value());
    CHECK(green->settings.number("http_port") == 8079);
    CHECK(green->settings_problem.has_value());
    const auto told = find_master(ProcFolder(proc.folder),
                                  {.config = proc.path("blue.conf"), .cgroup = "9f8e7d"});
    REQUIRE(told.has_value());
    CHECK(told->stat.pid == 20);
    CHECK(told->settings.complete());
    CHECK(told->settings.number("http_port") == 8079);
    CHECK(told->settings.text("http_interface") == "127.0.0.14");

    proc.write("20/root/etc/green.conf", "[options]\nworkers = 6\n");
    const auto inside = find_master(ProcFolder(proc.folder), {.cgroup = "9f8e7d"});
    REQUIRE(inside.has_value());
    CHECK(inside->settings.number("workers") == 6);

    // A pipe under this name is read by Odoo, once.
    REQUIRE(::mkfifo(proc.path("pipe.conf").c_str(), 0600) == 0);
    const auto piped = find_master(ProcFolder(proc.folder),
                                   {.config = proc.path("pipe.conf"), .cgroup = "9f8e7d"});
    REQUIRE(piped.has_value());
    CHECK_FALSE(piped->settings.complete());
    CHECK(piped->settings_problem.has_value());

    FakeProc usual;
    usual.put({.pid = 20, .arguments = {"python3", "/opt/odoo-bin"}});
    usual.write("20/environ", std::string_view("HOME=/nowhere\0", 14));
    const auto plain = find_master(ProcFolder(usual.folder), {});
    REQUIRE(plain.has_value());
    CHECK(plain->settings.complete());
    CHECK(plain->settings.number("workers") == 0);
    CHECK(plain->settings.number("max_cron_threads") == 2);

    const auto workers_at = [&](const std::string& home) {
        usual.write("20/environ", "HOME=" + home + '\0');
        return find_master(ProcFolder(usual.folder), {})->settings.number("workers");
    };
    usual.write("home/.openerp_serverrc", "[options]\nworkers = 1_6\n");
    CHECK(workers_at(usual.path("home")) == 16);
    usual.write("home/.odoorc", "[options]\nworkers = 3\n");
    CHECK(workers_at(usual.path("home")) == 3);
    usual.write("20/environ", std::string("ODOO_RC=/nowhere/odoo.conf") + '\0');
    CHECK(find_master(ProcFolder(usual.folder), {})->settings.number("workers") == 0);
    // Odoo asks the user's entry in the passwd file then.
    usual.write("20/environ", std::string_view("LANG=C\0", 7));
    CHECK_FALSE(find_master(ProcFolder(usual.folder), {})->settings.complete());
}

TEST_CASE("master: the environment is believed of a version that reads it", "[odoo]") {
    FakeProc proc;
    const auto workers = [&](int logged) {
        const auto master = find_master(ProcFolder(proc.folder), {.version = logged});
        REQUIRE(master.has_value());
        return master->settings.number("workers");
    };
    const auto runs = [&](const std::string& script) {
        proc.put({.pid = 20, .arguments = {"python3", script}});
        proc.write("20/environ", std::string_view("HOME=/nowhere\0ODOO_WORKERS=4\0", 29));
    };
    runs("/opt/odoo-bin");
    CHECK(workers(0) == 0);  // nothing tells
    CHECK(workers(18) == 0);
    CHECK(workers(19) == 4);

    // Its sources know better than the log, whose boot may be long ago.
    runs(proc.path("src/odoo-bin"));
    proc.write("src/odoo/release.py", "RELEASE = 1\nversion_info = (17, 0, 0, FINAL, 0, '')\n");
    CHECK(workers(19) == 0);
    proc.write("src/odoo/release.py", "version_info = (19, 0, 0, FINAL, 0, '')\n");
    CHECK(workers(0) == 4);
    std::filesystem::create_directories(proc.path("20"));
    std::filesystem::create_directory_symlink(proc.path("src"), proc.path("20/cwd"));
    runs("odoo-bin");
    CHECK(workers(0) == 4);

    runs(proc.path("venv/bin/odoo"));
    std::filesystem::create_directories(proc.path("venv/bin"));
    CHECK(workers(0) == 0);
    proc.write("venv/lib/python3.12/site-packages/odoo/release.py",
               "version_info = ('saas~19', 2, 0, FINAL, 0, '')\n");
    CHECK(workers(0) == 4);
}

TEST_CASE("master: the version of a boot, and of the sources", "[odoo]") {
    CHECK(to_major_version("17.0-20240924") == 17);
    CHECK(to_major_version("saas~18.2") == 18);
    for (const char* none : {"", "EVIL-66", "1234.0", "saas~"})
        CHECK(to_major_version(none) == 0);
    CHECK(release_in("version_info = (14, 0, 0, FINAL, 0, '')") == 14);
    CHECK(release_in("# version_info = (14, 0)\nversion_info = unknown\n") == 0);
}

}  // namespace
}  // namespace erp::odoo
