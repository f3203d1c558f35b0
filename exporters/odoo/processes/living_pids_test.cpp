#include "exporters/odoo/processes/living_pids.hpp"

#include "exporters/odoo/processes/fake_proc.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr int kMaster = 100;

const std::vector<std::string> kCommand = {"python3", "/usr/bin/odoo", "-c", "/etc/odoo.conf"};

TEST_CASE("living pids: Odoo's processes and no others have written its log", "[odoo]") {
    const FakeProc proc;
    proc.put({{.pid = 1, .comm = "init", .arguments = {"/sbin/init"}},
              {.pid = kMaster, .arguments = kCommand},
              {.pid = 101, .parent = kMaster, .comm = "odoo: WorkerHTT"},
              {.pid = 102, .parent = kMaster, .arguments = kCommand, .state = 'Z'},
              {.pid = 200, .arguments = {"python3", "odoo-bin", "-u", "sale", "--stop-after-init"}},
              {.pid = 300, .parent = 299, .comm = "odoo: WorkerCro"},
              {.pid = 400, .comm = "postgres", .arguments = {"postgres: odoo acme"}}});
    LivingPids living{ProcFolder(proc.folder)};
    for (const int pid : {100, 101, 102, 200, 300}) {
        CAPTURE(pid);
        CHECK(living.has(pid, kMaster, kMillisecond, kMillisecond));
    }
    for (const int pid : {1, 400, 888888}) {
        CAPTURE(pid);
        CHECK_FALSE(living.has(pid, kMaster, kMillisecond, kMillisecond));
    }
    // What has the parent 0 is no child of a master that is down.
    proc.put({.pid = 500, .parent = 0, .comm = "sh", .arguments = {"sh"}});
    CHECK_FALSE(living.has(500, 0, 9 * kMillisecond, 9 * kMillisecond));
}

TEST_CASE(
    "living pids: another Python of the master's user may write its log, also while it is down",
    "[odoo]") {
    const std::vector<std::string> update = {"/usr/bin/python3", "/usr/bin/click-odoo-update"};
    const FakeProc proc;
    proc.put({{.pid = kMaster, .arguments = kCommand, .uid = 7},
              {.pid = 200, .arguments = update, .uid = 7},
              {.pid = 201, .arguments = update, .uid = 8},
              {.pid = 202, .comm = "sh", .arguments = {"sh"}, .uid = 7},
              {.pid = 203, .arguments = update, .uid = 7, .inner_pids = "5"}});
    LivingPids living{ProcFolder(proc.folder)};
    CHECK_FALSE(living.has(200, 0, kMillisecond, kMillisecond));  // whose user is it?
    for (const int master : {kMaster, 0}) {
        CAPTURE(master);
        living.meet(master);
        const std::int64_t now = master == 0 ? 9 * kMillisecond : 5 * kMillisecond;
        CHECK(living.has(200, master, now, now));
        CHECK_FALSE(living.has(201, master, now, now));
        CHECK_FALSE(living.has(202, master, now, now));
        CHECK_FALSE(living.has(5, master, now, now));
        proc.remove(kMaster);
    }
}

TEST_CASE("living pids: of a container they are of its cgroup", "[odoo]") {
    const std::vector<std::string> update = {"python3", "/usr/bin/click-odoo-update"};
    const FakeProc proc;
    proc.put({{.pid = kMaster, .arguments = kCommand, .cgroup = "/a", .uid = 7, .inner_pids = "1"},
              {.pid = 200, .arguments = update, .cgroup = "/a", .uid = 7, .inner_pids = "31"},
              {.pid = 201, .arguments = update, .cgroup = "/b", .uid = 7, .inner_pids = "32"}});
    LivingPids living{ProcFolder(proc.folder)};
    living.meet(kMaster);
    CHECK(living.has(31, kMaster, kMillisecond, kMillisecond));
    CHECK_FALSE(living.has(32, kMaster, kMillisecond, kMillisecond));
}

TEST_CASE("living pids: in a container they have the numbers that its log has", "[odoo]") {
    const FakeProc proc;
    proc.put({{.pid = kMaster, .arguments = kCommand, .inner_pids = "1"},
              {.pid = 101, .parent = kMaster, .arguments = kCommand, .inner_pids = "31"}});
    LivingPids living{ProcFolder(proc.folder)};
    CHECK(living.has(31, kMaster, kMillisecond, kMillisecond));
    CHECK_FALSE(living.has(101, kMaster, kMillisecond, kMillisecond));
}

TEST_CASE("living pids: what is newer than the last look is looked for, once the clock is there",
          "[odoo]") {
    const FakeProc proc;
    proc.put({.pid = kMaster, .arguments = kCommand});
    LivingPids living{ProcFolder(proc.folder)};
    CHECK_FALSE(living.has(101, kMaster, 10 * kMillisecond, 10 * kMillisecond));
    proc.put({.pid = 101, .parent = kMaster, .arguments = kCommand});
    CHECK_FALSE(living.has(101, kMaster, 5 * kMillisecond, 11 * kMillisecond));
    CHECK_FALSE(living.has(101, kMaster, 12 * kMillisecond, 11 * kMillisecond));
    CHECK(living.has(101, kMaster, 10 * kMillisecond, 11 * kMillisecond));
    proc.remove(101);
    CHECK_FALSE(living.has(101, kMaster, 3 * kMillisecond, 4 * kMillisecond));  // set back
}

}  // namespace
}  // namespace erp::odoo
