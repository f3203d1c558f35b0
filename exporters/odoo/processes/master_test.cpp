#include "exporters/odoo/processes/master.hpp"

#include "exporters/odoo/processes/fake_proc.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

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

TEST_CASE("master: one for jobs alone has no port, and is not who listens at it", "[odoo]") {
    FakeProc proc;
    proc.write("odoo.conf", "[options]\nhttp_port = 8070\n");
    proc.write("jobs.conf", "[options]\nhttp_port = 8070\nhttp_enable = False\n");
    const auto put = [&](int pid, const std::vector<std::string>& arguments) {
        std::vector<std::string> all{"python3", "/usr/bin/odoo"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        proc.put({.pid = pid, .arguments = std::move(all)});
    };
    put(10, {"-c", proc.path("odoo.conf")});
    put(20, {"-c", proc.path("odoo.conf"), "--no-http", "--workers=0"});
    put(30, {"-c", proc.path("jobs.conf")});
    put(40, {"-c", proc.path("odoo.conf"), "--no-xml"});  // 11 and older
    CHECK(found(proc, {.config = proc.path("odoo.conf"), .http_port = 8070}) == 10);
    CHECK(found(proc, {.config = proc.path("jobs.conf")}) == 30);
}

}  // namespace
}  // namespace erp::odoo
