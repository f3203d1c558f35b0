#include "exporters/odoo/processes/tracker.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

SeenProcess process(int pid, Role role, double cpu, double started = 100) {
    SeenProcess one;
    one.stat.pid = pid;
    one.stat.cpu_seconds = cpu;
    one.stat.started = started;
    one.stat.threads = 2;
    one.role = role;
    one.inner_pid = pid;
    return one;
}

SeenProcess master(double reaped = 0, int pid = 10) {
    SeenProcess one = process(pid, Role::master, 1, 90);
    one.stat.reaped_cpu_seconds = reaped;
    return one;
}

const RoleCounts& of(const ProcessTracker& tracker, Role role) {
    return tracker.roles()[static_cast<std::size_t>(role)];
}

TEST_CASE("tracker: what is there at the first look did not start then", "[odoo]") {
    ProcessTracker tracker;
    tracker.saw(master(), {process(11, Role::http, 5), process(12, Role::cron, 2)}, 200, 1000);
    CHECK(of(tracker, Role::http).processes == 1);
    CHECK(of(tracker, Role::http).starts == 0);
    CHECK(of(tracker, Role::http).cpu_seconds == 5);
    CHECK(of(tracker, Role::http).oldest_age == 100);
    tracker.saw(master(), {process(11, Role::http, 6), process(13, Role::cron, 0, 203)}, 205, 1005);
    CHECK(of(tracker, Role::cron).starts == 1);
    CHECK(of(tracker, Role::cron).exits == 1);
    CHECK(of(tracker, Role::cron).youngest_age == 2);
    CHECK(of(tracker, Role::http).exits == 0);
    CHECK(of(tracker, Role::http).cpu_seconds == 6);
}

TEST_CASE("tracker: CPU time of a worker that ended stays, with what it used unseen", "[odoo]") {
    ProcessTracker tracker;
    tracker.saw(master(50), {process(11, Role::http, 5), process(12, Role::http, 7)}, 200, 1000);
    // It used 2 more seconds before it ended; the master waited for it.
    tracker.saw(master(57), {process(12, Role::http, 8)}, 205, 1005);
    CHECK(of(tracker, Role::http).cpu_seconds == Approx(5 + 2 + 8));
    // One that somebody else waits for, or a clock tick that is missing, takes nothing away.
    tracker.saw(master(57), {}, 210, 1010);
    CHECK(of(tracker, Role::http).cpu_seconds == Approx(15));
    CHECK(of(tracker, Role::http).exits == 2);
    CHECK(of(tracker, Role::http).processes == 0);
    CHECK(of(tracker, Role::http).seen);
}

TEST_CASE("tracker: the same number with another start is another process", "[odoo]") {
    ProcessTracker tracker;
    tracker.saw(master(), {process(11, Role::http, 50)}, 200, 1000);
    tracker.saw(master(), {process(11, Role::http, 1, 204)}, 205, 1005);
    CHECK(of(tracker, Role::http).starts == 1);
    CHECK(of(tracker, Role::http).exits == 1);
    CHECK(of(tracker, Role::http).cpu_seconds == 51);
}

TEST_CASE("tracker: a start counts for what the process turns out to be", "[odoo]") {
    ProcessTracker tracker;
    tracker.saw(master(), {process(11, Role::http, 0)}, 200, 1000);
    SeenProcess young = process(12, Role::http, 0, 204);
    young.settled = false;
    tracker.saw(master(), {process(11, Role::http, 0), young}, 205, 1005);
    CHECK(of(tracker, Role::http).starts == 0);
    tracker.saw(master(), {process(11, Role::http, 0), process(12, Role::cron, 0, 204)}, 210, 1010);
    CHECK(of(tracker, Role::http).starts == 0);
    CHECK(of(tracker, Role::cron).starts == 1);
    // One that ends before it settles counts both ways.
    SeenProcess brief = process(13, Role::http, 0, 214);
    brief.settled = false;
    tracker.saw(master(), {process(11, Role::http, 0), process(12, Role::cron, 0, 204), brief}, 215,
                1015);
    tracker.saw(master(), {process(11, Role::http, 0), process(12, Role::cron, 0, 204)}, 220, 1020);
    CHECK(of(tracker, Role::http).starts == 1);
    CHECK(of(tracker, Role::http).exits == 1);
}

TEST_CASE("tracker: a zombie works no more but is still known", "[odoo]") {
    ProcessTracker tracker;
    SeenProcess dead = process(11, Role::http, 5);
    dead.stat.state = 'Z';
    tracker.saw(master(), {dead, process(12, Role::http, 1)}, 200, 1000);
    CHECK(of(tracker, Role::http).processes == 1);
    CHECK(of(tracker, Role::http).cpu_seconds == 6);
    CHECK(tracker.known().knows(11, 1000) == true);
}

TEST_CASE("tracker: another master ends the children of the one before", "[odoo]") {
    ProcessTracker tracker;
    tracker.saw(master(0), {process(11, Role::http, 5)}, 200, 1000);
    tracker.saw(master(0, 20), {process(21, Role::http, 1, 201)}, 205, 1005);
    CHECK(of(tracker, Role::http).exits == 1);
    CHECK(of(tracker, Role::http).starts == 1);
    CHECK(of(tracker, Role::http).cpu_seconds == 6);
    CHECK(of(tracker, Role::master).cpu_seconds == 2);
    tracker.saw_nothing();
    CHECK(of(tracker, Role::http).processes == 0);
    CHECK(of(tracker, Role::http).exits == 2);
    // Another Odoo, which ran all the time.
    tracker.saw(master(0, 30), {process(31, Role::http, 1, 40)}, 220, 1020);
    CHECK(of(tracker, Role::http).starts == 1);
}

TEST_CASE("tracker: a threaded server that starts again is a start", "[odoo]") {
    ProcessTracker tracker;
    tracker.saw(process(10, Role::threaded, 1, 90), {}, 200, 1000);
    tracker.saw_nothing();
    tracker.saw_nothing();
    // Its threads do not run yet.
    SeenProcess young = process(20, Role::master, 1, 204);
    young.settled = false;
    tracker.saw(young, {}, 205, 1005);
    tracker.saw(process(20, Role::threaded, 1, 204), {}, 210, 1010);
    tracker.saw(process(20, Role::threaded, 1, 204), {}, 215, 1015);
    CHECK(of(tracker, Role::threaded).starts == 1);
    CHECK(of(tracker, Role::threaded).exits == 1);
    CHECK(of(tracker, Role::master).starts == 0);
    tracker.saw(process(30, Role::threaded, 1, 219), {}, 220, 1020);
    CHECK(of(tracker, Role::threaded).starts == 2);
    CHECK(of(tracker, Role::threaded).exits == 2);
}

TEST_CASE("tracker: one that is left for another does not end", "[odoo]") {
    ProcessTracker tracker;
    tracker.saw(master(), {process(11, Role::http, 5)}, 200, 1000);
    tracker.leave();
    tracker.saw(master(0, 20), {process(21, Role::http, 1, 40)}, 205, 1005);
    CHECK(of(tracker, Role::http).exits + of(tracker, Role::master).exits == 0);
    CHECK(of(tracker, Role::http).starts + of(tracker, Role::master).starts == 0);
    CHECK(of(tracker, Role::http).cpu_seconds == 6);
}

TEST_CASE("tracker: all children replaced is what SIGHUP looks like", "[odoo]") {
    ProcessTracker tracker;
    tracker.saw(master(), {process(11, Role::http, 5), process(12, Role::cron, 5)}, 200, 1000);
    CHECK_FALSE(tracker.all_replaced());
    tracker.saw(master(), {process(12, Role::cron, 5), process(13, Role::http, 0, 203)}, 205, 1005);
    CHECK_FALSE(tracker.all_replaced());
    tracker.saw(master(), {}, 210, 1010);
    CHECK(tracker.all_replaced());
    tracker.saw(master(), {process(21, Role::http, 0, 214)}, 215, 1015);
    CHECK_FALSE(tracker.all_replaced());
}

TEST_CASE("tracker: least CPU time left before the limit", "[odoo]") {
    ProcessTracker tracker;
    SeenProcess busy = process(11, Role::http, 62);
    busy.cpu_limit = 63;
    SeenProcess idle = process(12, Role::http, 5);
    idle.cpu_limit = 65;
    tracker.saw(master(), {busy, idle, process(13, Role::cron, 1)}, 200, 1000);
    CHECK(of(tracker, Role::http).cpu_left == 1);
    CHECK_FALSE(of(tracker, Role::cron).cpu_left.has_value());
}

TEST_CASE("known pids: a made-up number is told from one that was there or may have been",
          "[odoo]") {
    ProcessTracker tracker;
    CHECK_FALSE(tracker.known().knows(11, 1000).has_value());
    tracker.saw(master(), {process(11, Role::http, 5)}, 200, 1000);
    tracker.saw(master(), {}, 205, 1005);
    tracker.saw(master(), {}, 300, 1100);
    const KnownPids& known = tracker.known();
    CHECK(known.knows(11, 1000) == true);
    CHECK(known.knows(11, 950) == true);  // it was started before it was seen
    CHECK(known.knows(10, 1050) == true);
    CHECK(known.knows(4711, 1050) == false);
    CHECK(known.knows(4711, 1200) == false);
    CHECK_FALSE(known.knows(4711, 900).has_value());  // it may have ended before the first look
    tracker.saw(master(), {}, 1000, 1800);
    CHECK(tracker.known().all.size() == 1);  // the master
    CHECK_FALSE(tracker.known().knows(11, 1100).has_value());
}

}  // namespace
}  // namespace erp::odoo
