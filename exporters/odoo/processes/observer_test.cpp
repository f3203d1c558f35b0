#include "exporters/odoo/processes/observer.hpp"

#include "exporters/odoo/processes/observed_odoo.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

TEST_CASE("processes: the recorded Odoos are seen with all roles", "[odoo]") {
    for (const char* version : {"14", "17", "18"}) {
        CAPTURE(version);
        FakeProc proc;
        proc.put(recorded_processes(std::string(version) + "/proc_saturated.json"));
        proc.put({.pid = 1, .parent = 0, .comm = "systemd", .arguments = {"/sbin/init"}});
        auto observer = observer_of(proc);
        const ProcessPicture picture = observer.look(3000, 1'000'000);
        REQUIRE_FALSE(picture.problem.has_value());
        CHECK_FALSE(picture.threaded);
        CHECK(count(picture, Role::http) == 3);
        CHECK(count(picture, Role::cron) == 2);
        CHECK(count(picture, Role::gevent) == 1);
        CHECK(count(picture, Role::jobrunner) == 1);
        CHECK(count(picture, Role::other) == 0);
        CHECK(picture.known.all.size() == 8);
        CHECK(picture.known.knows(picture.master, 1'000'000) == true);

        // SIGTTIN asked for two HTTP workers more, and in 14 one was replaced.
        for (const FakeProcess& one :
             recorded_processes(std::string(version) + "/proc_saturated.json"))
            proc.remove(one.pid);
        proc.put(recorded_processes(std::string(version) + "/proc_after_sigttin.json"));
        const ProcessPicture later = observer.look(3005, 1'000'005);
        REQUIRE_FALSE(later.problem.has_value());
        CHECK(later.master == picture.master);
        CHECK(count(later, Role::http) == 4);
        const RoleCounts& http = later.of(Role::http);
        CHECK(3 + http.starts - http.exits == 4);
        CHECK(http.starts >= 1);
    }
}

TEST_CASE("processes: sizes, threads and CPU time are those of the recording", "[odoo]") {
    FakeProc proc;
    proc.put(recorded_processes("14/proc_saturated.json"));
    const ProcessPicture picture = observer_of(proc).look(3000, 1'000'000);
    const RoleCounts& http = picture.of(Role::http);
    CHECK(http.virtual_bytes_max == 242118656);
    CHECK(http.resident_bytes == (34245.0 + 37675 + 29664) * 4096);
    CHECK(http.threads == 6);
    CHECK(http.cpu_seconds == Approx(4.65 + .17 + 4.52 + .16 + 3.53 + .17));
    CHECK(http.oldest_age == Approx(3000 - 2369.05));
    CHECK(http.youngest_age == Approx(3000 - 2369.09));
    CHECK(picture.master_started == Approx(1'000'000 - (3000 - 2358.33)));
}

TEST_CASE("processes: the start of a master is one moment at each look", "[odoo]") {
    FakeProc proc;
    proc.put(odoo(10, 1, 1000));
    auto observer = observer_of(proc);
    const double first = observer.look(100, 1'000'000).master_started;
    CHECK(first == 1'000'000 - 90);
    CHECK(observer.look(105, 1'000'005.000003).master_started == first);
    proc.put(odoo(10, 1, 10500));  // another one under its number
    CHECK(observer.look(110, 1'000'010).master_started == 1'000'005);
}

TEST_CASE("processes: without setproctitle niceness and the gevent argument tell", "[odoo]") {
    FakeProc proc;
    proc.put({odoo(10, 1, 1000), odoo(11, 10, 2000)});
    FakeProcess cron = odoo(12, 10, 2000);
    cron.nice = 10;
    proc.put(cron);
    FakeProcess gevent = odoo(13, 10, 2000);
    gevent.arguments.insert(gevent.arguments.begin() + 2, "gevent");
    proc.put(gevent);
    proc.put({.pid = 14, .parent = 10, .comm = "wkhtmltopdf", .arguments = {"wkhtmltopdf"}});
    proc.put({.pid = 15, .parent = 11, .comm = "wkhtmltopdf", .arguments = {"wkhtmltopdf"}});
    const ProcessPicture picture = observer_of(proc).look(100, 1'000'000);
    REQUIRE_FALSE(picture.problem.has_value());
    CHECK(picture.master == 10);
    CHECK(count(picture, Role::http) == 1);
    CHECK(count(picture, Role::cron) == 1);
    CHECK(count(picture, Role::gevent) == 1);
    CHECK(count(picture, Role::other) == 1);
}

TEST_CASE("processes: a list of children is used where the kernel has one", "[odoo]") {
    FakeProc proc;
    proc.put({odoo(10, 1, 1000), odoo(11, 10, 2000), odoo(12, 10, 2000)});
    proc.list_children(10, "11 4711 ");
    CHECK(count(observer_of(proc).look(100, 1'000'000), Role::http) == 1);
}

TEST_CASE("processes: an Odoo without workers is threaded", "[odoo]") {
    FakeProc proc;
    FakeProcess one = odoo(10, 1, 1000);
    one.threads = 4;
    one.user = 500;
    one.reaped = 100;
    proc.put(one);
    const ProcessPicture picture = observer_of(proc).look(100, 1'000'000);
    CHECK(picture.threaded);
    CHECK(count(picture, Role::threaded) == 1);
    CHECK(count(picture, Role::master) == 0);
    CHECK(picture.of(Role::threaded).cpu_seconds == 6);
}

TEST_CASE("processes: a CPU limit and the address space are those of the kernel", "[odoo]") {
    FakeProc proc;
    proc.put(odoo(10, 1, 1000));
    FakeProcess worker = odoo(11, 10, 2000);
    worker.user = 300;
    worker.cpu_limit = "63";
    worker.address_space = "2684354560";
    proc.put(worker);
    const ProcessPicture picture = observer_of(proc).look(100, 1'000'000);
    CHECK(picture.of(Role::http).cpu_left == 60);
    CHECK(picture.address_space_bytes == 2684354560.0);
}

TEST_CASE("processes: in a container the log's numbers are the inner ones", "[odoo]") {
    FakeProc proc;
    FakeProcess first = odoo(4710, 1, 1000);
    first.inner_pids = "1";
    FakeProcess worker = odoo(4711, 4710, 2000);
    worker.inner_pids = "17";
    proc.put({first, worker});
    const ProcessPicture picture = observer_of(proc).look(100, 1'000'000);
    CHECK(picture.known.knows(17, 1'000'000) == true);
    CHECK_FALSE(picture.known.knows(4711, 1'000'000) == true);
}

TEST_CASE("processes: the cgroup's files, and the lowest limit on the way up", "[odoo]") {
    FakeProc proc;
    FakeProcess one = odoo(10, 1, 1000);
    one.cgroup = "/system.slice/odoo.service";
    proc.put(one);
    const std::string at = "cgroup/system.slice/odoo.service/";
    proc.write(at + "memory.current", "5000\n");
    proc.write(at + "memory.stat", "anon 3000\nfile 1500\ninactive_file 1200\n");
    proc.write(at + "memory.max", "20000\n");
    proc.write("cgroup/system.slice/memory.max", "9000\n");
    proc.write(at + "memory.events", "low 0\nhigh 1\nmax 2\noom 3\noom_kill 4\noom_group_kill 5\n");
    proc.write(at + "cpu.stat",
               "usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\nnr_periods 10\n"
               "nr_throttled 4\nthrottled_usec 500000\n");
    proc.write(at + "cpu.max", "150000 100000\n");
    proc.write("cgroup/system.slice/cpu.max", "400000 100000\n");
    proc.write(at + "io.pressure",
               "some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\n"
               "full avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n");
    const ProcessPicture picture = observer_of(proc).look(100, 1'000'000);
    REQUIRE(picture.cgroup.has_value());
    const Cgroup& group = *picture.cgroup;
    CHECK(group.memory_bytes == 5000);
    CHECK(group.inactive_file_bytes == 1200);
    CHECK(group.memory_max_bytes == 9000);
    CHECK_FALSE(group.memory_high_bytes.has_value());
    CHECK(group.memory_events[4] == 4);
    CHECK(group.user_seconds == 2);
    CHECK(group.throttled_seconds == 0.5);
    CHECK(group.throttled_periods == 4);
    CHECK(group.cpus_max == 1.5);
    CHECK(group.io.full == 1.5);
    CHECK_FALSE(group.memory.some.has_value());
    CHECK_FALSE(read_cgroup(proc.path("cgroup"), "/../x").memory_bytes.has_value());
}

}  // namespace
}  // namespace erp::odoo
