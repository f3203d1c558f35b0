#include "exporters/odoo/processes/master.hpp"

#include "exporters/odoo/log/release.hpp"
#include "exporters/odoo/processes/fake_proc.hpp"
#include "exporters/odoo/processes/release.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

namespace erp::odoo {
namespace {

/// Two Odoos, each with a worker, a shell of one of them, a gevent process and a wrapper.
void put_two(const FakeProc& proc) {
    proc.put({.pid = 1, .parent = 0, .comm = "systemd", .arguments = {"/sbin/init"}});
    proc.put({.pid = 5, .comm = "dumb-init", .arguments = {"dumb-init", "odoo"}});
    const std::vector<std::string> blue{"python3", "/usr/bin/odoo", "-c", proc.path("blue.conf")};
    const std::vector<std::string> green{"python3", "/opt/odoo-bin", "--config=/etc/green.conf",
                                         "--http-port=8079"};
    proc.put({.pid = 10, .parent = 5, .arguments = blue, .cgroup = "/system.slice/blue.service"});
    proc.put({.pid = 11, .parent = 10, .arguments = blue});
    proc.put({.pid = 20, .arguments = green, .cgroup = "/docker/9f8e7d/init", .inner_pids = "1"});
    proc.put({.pid = 21, .parent = 20, .arguments = green, .inner_pids = "9"});
    proc.put({.pid = 30, .arguments = {"python3", "/usr/bin/odoo", "shell", "-d", "acme"}});
    proc.put(
        {.pid = 31, .arguments = {"python3", "/usr/bin/odoo", "-u", "all", "--stop-after-init"}});
    proc.put({.pid = 22, .parent = 20, .arguments = {"python3", "/opt/odoo-bin", "gevent"}});
    proc.write("blue.conf", "[options]\nhttp_port = 8070\nhttp_interface = 127.0.0.14\n");
}

int found(const FakeProc& proc, const MasterWanted& wanted) {
    const auto master = find_master(ProcFolder(proc.folder), wanted);
    return master ? master->stat.pid : 0;
}

TEST_CASE("master: several on a host are told apart by any of four signs", "[odoo]") {
    FakeProc proc;
    put_two(proc);
    const auto both = find_master(ProcFolder(proc.folder), {});
    REQUIRE(both.has_error());
    CHECK(both.error().phase == Phase::limit);

    CHECK(found(proc, {.config = proc.path("blue.conf")}) == 10);
    CHECK(found(proc, {.config = "/etc/green.conf"}) == 20);
    CHECK(found(proc, {.http_port = 8070}) == 10);
    CHECK(found(proc, {.http_port = 8079}) == 20);
    CHECK(found(proc, {.cgroup = "9f8e7d"}) == 20);
    CHECK(found(proc, {.cgroup = "blue.service"}) == 10);
    proc.write("odoo.pid", "10\n");
    CHECK(found(proc, {.pid_file = proc.path("odoo.pid")}) == 10);
    proc.write("odoo.pid", "1\n");  // as written in the container
    CHECK(found(proc, {.pid_file = proc.path("odoo.pid")}) == 20);
    CHECK(found(proc, {.http_interface = to_ip_address("127.0.0.14"), .http_port = 8070}) == 10);
}

TEST_CASE("master: an address is one however it is written", "[odoo]") {
    FakeProc proc;
    put_two(proc);
    const auto found_at = [&](const std::string& told, const std::string& wanted) {
        proc.write("blue.conf", "[options]\nhttp_port = 8070\nhttp_interface = " + told + "\n");
        return found(proc, {.http_interface = to_ip_address(wanted), .http_port = 8070}) == 10;
    };
    CHECK(found_at("localhost", "127.0.0.1"));
    CHECK(found_at("0:0:0:0:0:0:0:1", "::1"));
    CHECK_FALSE(found_at("localhost", "127.0.0.2"));
    CHECK(found_at("erp.internal", "127.0.0.1"));  // nobody can tell, and it is the only one
}

TEST_CASE("master: of a file that is too long not all is known", "[odoo]") {
    FakeProc proc;
    put_two(proc);
    proc.write("blue.conf", "[options]\n" + std::string(2U << 20U, ';') + "\nworkers = 3\n");
    const auto master = find_master(ProcFolder(proc.folder), {.config = proc.path("blue.conf")});
    REQUIRE(master.has_value());
    CHECK_FALSE(master->settings.complete());
    REQUIRE(master->settings_problem.has_value());
    CHECK(master->settings_problem->phase == Phase::limit);
}

TEST_CASE("master: none that differs is taken for the configured one", "[odoo]") {
    FakeProc proc;
    put_two(proc);
    const auto other = find_master(ProcFolder(proc.folder), {.http_port = 8090});
    REQUIRE(other.has_error());
    CHECK(other.error().phase == Phase::refused);
    CHECK(other.error().text.find("2 processes run an Odoo") != std::string::npos);
    CHECK(found(proc, {.cgroup = "red"}) == 0);
    for (const int pid : {20, 21, 22})  // in a container another name of the file proves nothing
        proc.remove(pid);
    CHECK(found(proc, {.config = "/etc/red.conf"}) == 0);
    CHECK(found(proc, {.config = "/etc/red.conf", .http_port = 8070}) == 10);
    CHECK(found(proc, {.http_interface = to_ip_address("127.0.0.15"), .http_port = 8070}) == 0);
}

TEST_CASE("master: the beginning of an option's name is that option", "[odoo]") {
    FakeProc proc;
    proc.put({.pid = 10,
              .arguments = {"python3", "odoo-bin", "--conf=" + proc.path("blue.conf"), "--worker",
                            "4"}});
    proc.put({.pid = 20, .arguments = {"python3", "odoo-bin", "--stop", "-u", "all"}});
    proc.write("blue.conf", "[options]\nhttp_port = 8070\nlimit_time_real = 900\n");
    const auto master = find_master(ProcFolder(proc.folder), {.http_port = 8070});
    REQUIRE(master.has_value());
    CHECK(master->stat.pid == 10);
    CHECK(master->settings.number("workers") == 4);
    CHECK(master->settings.number("limit_time_real") == 900);
    CHECK(found(proc, {.http_port = 8069}) == 0);
}

TEST_CASE("master: of an address by name the port tells", "[odoo]") {
    FakeProc proc;
    put_two(proc);
    proc.write("blue.conf", "[options]\nhttp_port = 8070\nhttp_interface = erp.example\n");
    const auto address = to_ip_address("127.0.0.1");
    const auto master =
        find_master(ProcFolder(proc.folder), {.http_interface = address, .http_port = 8070});
    REQUIRE(master.has_value());
    CHECK(master->stat.pid == 10);
    CHECK_FALSE(master->certain);
    CHECK(found(proc, {.http_interface = address, .http_port = 8071}) == 0);
}

TEST_CASE("master: of two with one port the named file tells, and no other is it", "[odoo]") {
    FakeProc proc;
    const auto put = [&](int pid, const std::string& file) {
        proc.put({.pid = pid,
                  .arguments = {"python3", "/usr/bin/odoo", "-c", proc.path(file)},
                  .cgroup = "/"});
    };
    proc.write("blue.conf", "[options]\nhttp_port = 8070\nworkers = 2\n");
    proc.write("green.conf", "[options]\nhttp_port = 8070\nworkers = 3\n");
    put(10, "blue.conf");
    const MasterWanted green{.config = proc.path("green.conf"), .http_port = 8070};
    CHECK(found(proc, green) == 0);  // only the other one runs
    put(20, "green.conf");
    CHECK(found(proc, green) == 20);
    CHECK(found(proc, {.config = proc.path("blue.conf"), .http_port = 8070}) == 10);
    // One that we can read may be made of it. Of two that say the same the file itself is it.
    proc.write("copy.conf", "[options]\nhttp_port = 8070\nworkers = 3\n");
    CHECK(found(proc, {.config = proc.path("copy.conf")}) == 20);
    put(30, "copy.conf");
    CHECK(found(proc, green) == 20);
    CHECK(found(proc, {.config = proc.path("copy.conf")}) == 30);
}

TEST_CASE("master: a file that is named from where the server began is found there", "[odoo]") {
    FakeProc proc;
    proc.put({.pid = 10, .arguments = {"python3", "odoo-bin", "-c", "odoo.conf"}, .cgroup = "/"});
    proc.write("blue/odoo.conf", "[options]\nworkers = 2\n");
    proc.write("green/odoo.conf", "[options]\nworkers = 3\n");
    const MasterWanted blue{.config = proc.path("blue/odoo.conf")};
    std::filesystem::create_directory_symlink(proc.path("blue"), proc.path("10/cwd"));
    CHECK(found(proc, blue) == 10);
    std::filesystem::remove(proc.path("10/cwd"));
    CHECK(found(proc, blue) == 10);  // not seen: the only one is it
    std::filesystem::create_directory_symlink(proc.path("green"), proc.path("10/cwd"));
    CHECK(found(proc, blue) == 0);
    const auto by_port = find_master(ProcFolder(proc.folder), {.http_port = 8069});
    REQUIRE(by_port.has_value());
    CHECK_FALSE(by_port->settings_problem.has_value());
    CHECK(by_port->settings.number("workers") == 3);
}

TEST_CASE("master: a worker that outlives its master is none", "[odoo]") {
    FakeProc proc;
    proc.put({.pid = 1, .parent = 0, .comm = "systemd"});
    FakeProcess orphan{.pid = 21, .parent = 1, .arguments = {"python3", "/opt/odoo-bin"}};
    CHECK(found(proc, {}) == 0);
    proc.put(orphan);
    CHECK(found(proc, {}) == 21);  // a master of another group, as of a script
    orphan.cpu_limit = "61";
    proc.put(orphan);
    CHECK(found(proc, {}) == 0);
    orphan.group = 21;  // started with such a limit
    proc.put(orphan);
    CHECK(found(proc, {}) == 21);
}

TEST_CASE("master: the only one whose port nobody can read is the one", "[odoo]") {
    FakeProc proc;
    proc.put({.pid = 20, .arguments = {"python3", "/opt/odoo-bin"}});
    CHECK(found(proc, {.http_port = 8069}) == 20);
}

TEST_CASE("master: a zombie is none, and hidden processes are said to be hidden", "[odoo]") {
    FakeProc proc;
    proc.put({.pid = 20, .arguments = {"python3", "/opt/odoo-bin"}, .state = 'Z'});
    const auto none = find_master(ProcFolder(proc.folder), {});
    REQUIRE(none.has_error());
    CHECK(none.error().phase == Phase::privilege);  // not even process 1 is seen
    proc.put({.pid = 1, .parent = 0, .comm = "systemd"});
    CHECK(find_master(ProcFolder(proc.folder), {}).error().phase == Phase::refused);
    CHECK(find_master(ProcFolder(proc.path("missing")), {}).has_error());
}

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
