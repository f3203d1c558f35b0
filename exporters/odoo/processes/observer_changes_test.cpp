#include "exporters/odoo/processes/observed_odoo.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <initializer_list>

namespace erp::odoo {
namespace {

TEST_CASE("processes: the master goes and another one comes", "[odoo]") {
    FakeProc proc;
    proc.put({odoo(10, 1, 1000), odoo(11, 10, 2000)});
    auto observer = observer_of(proc);
    CHECK_FALSE(observer.look(100, 1'000'000).problem.has_value());
    proc.remove(10);
    proc.remove(11);
    proc.put({.pid = 1, .parent = 0, .comm = "systemd"});
    const ProcessPicture gone = observer.look(105, 1'000'005);
    REQUIRE(gone.problem.has_value());
    CHECK(gone.problem->phase == Phase::refused);
    CHECK(count(gone, Role::http) == 0);
    CHECK(gone.of(Role::http).exits == 1);
    proc.put(odoo(20, 1, 10600));
    const ProcessPicture back = observer.look(110, 1'000'010);
    CHECK_FALSE(back.problem.has_value());
    CHECK(back.master == 20);
    CHECK(back.of(Role::http).exits == 1);
}

TEST_CASE("processes: a master that took the number of the one before is another one", "[odoo]") {
    FakeProc proc;
    proc.put({odoo(10, 1, 1000), odoo(11, 10, 2000)});
    auto observer = observer_of(proc);
    CHECK_FALSE(observer.look(100, 1'000'000).problem.has_value());
    proc.remove(11);
    FakeProcess other = odoo(10, 1, 10300);
    other.arguments.emplace_back("--workers=7");
    proc.put(other);
    const ProcessPicture picture = observer.look(105, 1'000'005);
    CHECK(picture.settings.number("workers") == 7);
    CHECK(picture.of(Role::http).exits == 1);
}

TEST_CASE("processes: after SIGHUP the first word is another, and workers are still workers",
          "[odoo]") {
    FakeProc proc;
    proc.put({odoo(10, 1, 1000), odoo(11, 10, 2000)});
    auto observer = observer_of(proc);
    CHECK(count(observer.look(100, 1'000'000), Role::http) == 1);
    FakeProcess master = odoo(10, 1, 1000);
    FakeProcess worker = odoo(12, 10, 10100);
    master.arguments[0] = worker.arguments[0] = "python3";
    proc.remove(11);
    proc.put({master, worker});
    const ProcessPicture picture = observer.look(105, 1'000'005);
    CHECK(count(picture, Role::http) == 1);
    CHECK(count(picture, Role::other) == 0);
}

TEST_CASE("processes: a worker that is a zombie ends as a worker", "[odoo]") {
    FakeProc proc;
    proc.put({odoo(10, 1, 1000), odoo(11, 10, 2000)});
    auto observer = observer_of(proc);
    CHECK(count(observer.look(100, 1'000'000), Role::http) == 1);
    FakeProcess dead = odoo(11, 10, 2000);
    dead.arguments.clear();
    dead.state = 'Z';
    proc.put(dead);
    CHECK(count(observer.look(105, 1'000'005), Role::http) == 0);
    proc.remove(11);
    const ProcessPicture gone = observer.look(110, 1'000'010);
    CHECK(gone.of(Role::http).exits == 1);
    CHECK(gone.of(Role::other).exits == 0);
}

TEST_CASE("processes: another Odoo is not taken for the one that is down", "[odoo]") {
    FakeProc proc;
    proc.put({.pid = 1, .parent = 0, .comm = "systemd"});
    FakeProcess wanted = odoo(10, 1, 1000);
    wanted.arguments.emplace_back("--http-port=8069");
    proc.put(wanted);
    proc.put(odoo(20, 1, 1000));  // its port is in a file that we may not read
    auto observer = observer_of(proc, {.http_port = 8069});
    CHECK(observer.look(100, 1'000'000).master == 10);
    proc.remove(10);
    const ProcessPicture gone = observer.look(105, 1'000'005);
    REQUIRE(gone.problem.has_value());
    CHECK(gone.problem->phase == Phase::refused);
    wanted.started = 10600;
    proc.put(wanted);
    CHECK(observer.look(110, 1'000'010).master == 10);
}

TEST_CASE("processes: when all workers were replaced, odoo.conf is read again", "[odoo]") {
    FakeProc proc;
    proc.write("odoo.conf", "[options]\nworkers = 1\n");
    proc.put({odoo(10, 1, 1000), odoo(11, 10, 2000)});
    auto observer = observer_of(proc, {.config = proc.path("odoo.conf"), .cgroup = "/"});
    CHECK(observer.look(100, 1'000'000).settings.number("workers") == 1);
    proc.write("odoo.conf", "[options]\nworkers = 2\n");
    CHECK(observer.look(105, 1'000'005).settings.number("workers") == 1);
    proc.remove(11);
    proc.put(odoo(12, 10, 10700));
    proc.put(odoo(13, 10, 10700));
    CHECK(observer.look(110, 1'000'010).settings.number("workers") == 2);
}

TEST_CASE("processes: an odoo.conf that could not be read is tried again", "[odoo]") {
    FakeProc proc;
    proc.put({odoo(10, 1, 1000), odoo(11, 10, 2000)});
    auto observer = observer_of(proc, {.config = proc.path("odoo.conf"), .cgroup = "/"});
    CHECK(observer.look(100, 1'000'000).settings_problem.has_value());
    proc.write("odoo.conf", "[options]\nworkers = 1\n");
    CHECK(observer.look(105, 1'000'005).settings_problem.has_value());
    const ProcessPicture later = observer.look(131, 1'000'031);
    CHECK_FALSE(later.settings_problem.has_value());
    CHECK(later.settings.number("workers") == 1);
}

TEST_CASE("processes: the environment counts once a log tells that it is read", "[odoo]") {
    FakeProc proc;
    proc.put(odoo(10, 1, 1000));
    proc.write("10/environ", std::string_view("ODOO_WORKERS=4\0", 15));
    auto observer = observer_of(proc);
    CHECK_FALSE(observer.look(100, 1'000'000).settings.number("workers").has_value());
    observer.hear_version(19);
    CHECK(observer.look(105, 1'000'005).settings.number("workers") == 4);
}

TEST_CASE("processes: a threaded server whose threads are all new has read its file again",
          "[odoo]") {
    FakeProc proc;
    proc.write("odoo.conf", "[options]\nworkers = 0\ndb_maxconn = 16\n");
    FakeProcess one = odoo(10, 1, 1000);
    one.threads = 3;
    proc.put(one);
    const auto runs_as = [&](std::initializer_list<int> threads) {
        std::filesystem::remove_all(proc.path("10/task"));
        for (const int thread : threads)
            proc.write("10/task/" + std::to_string(thread) + "/comm", "odoo\n");
    };
    auto observer = observer_of(proc, {.config = proc.path("odoo.conf"), .cgroup = "/"});
    const auto most = [&](double now) {
        return observer.look(now, 1'000'000 + now).settings.number("db_maxconn");
    };
    runs_as({10, 11, 12});
    CHECK(most(100) == 16);
    proc.write("odoo.conf", "[options]\nworkers = 0\ndb_maxconn = 7\n");
    CHECK(most(105) == 16);
    runs_as({10, 12, 13});  // a request's thread ended, another began
    CHECK(most(110) == 16);
    runs_as({10});
    CHECK(most(115) == 16);
    runs_as({10, 12, 13});
    CHECK(most(120) == 16);
    runs_as({10, 14, 15});
    CHECK(most(125) == 7);
}

TEST_CASE("processes: one that may be the wanted Odoo is left for one that is", "[odoo]") {
    FakeProc proc;
    proc.put(odoo(20, 1, 1000));  // its port is in a file that we may not read
    auto observer = observer_of(proc, {.http_port = 8069});
    CHECK(observer.look(100, 1'000'000).master == 20);
    FakeProcess wanted = odoo(10, 1, 1000);
    wanted.arguments.emplace_back("--http-port=8069");
    proc.put(wanted);
    CHECK(observer.look(105, 1'000'005).master == 20);  // all of /proc is read twice a minute
    CHECK(observer.look(130, 1'000'030).master == 10);
    CHECK(observer.look(135, 1'000'035).master == 10);
}

TEST_CASE("processes: of two that may be the wanted Odoo neither stays it", "[odoo]") {
    FakeProc proc;
    proc.put(odoo(20, 1, 1000));  // its port is in a file that we may not read
    auto observer = observer_of(proc, {.http_port = 8069});
    CHECK(observer.look(100, 1'000'000).master == 20);
    proc.put(odoo(10, 1, 1000));
    const ProcessPicture both = observer.look(130, 1'000'030);
    REQUIRE(both.problem.has_value());
    CHECK(both.problem->phase == Phase::limit);
    proc.remove(20);
    CHECK(observer.look(135, 1'000'035).master == 10);
}

}  // namespace
}  // namespace erp::odoo
