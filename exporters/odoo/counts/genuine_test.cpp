#include "exporters/odoo/counts/replay.hpp"
#include "exporters/odoo/processes/fake_proc.hpp"

namespace erp::odoo {
namespace {

TEST_CASE("server log: who did not say that it begins writes no records once the master listens",
          "[odoo]") {
    Replay replay;
    // Before, nobody can be told from those that run already.
    replay.take_all("2026-11-22 03:59:00,000 90 ERROR acme odoo.http: Access Denied ");
    replay.take_all(kBoot);
    replay.take_all(
        "2026-11-22 04:00:03,000 90 ERROR acme odoo.http: Access Denied \n"
        "2026-11-22 04:00:03,000 101 ERROR acme odoo.http: Access Denied \n"
        "2026-11-22 04:00:03,000 4711 CRITICAL acme odoo.http: Access Denied ");
    // What stands before the last one holds it, or is the name of a database up to there.
    CHECK(replay.by<Records, Label::level>() == Counted{{"error", 2}, {"info", 3}});
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"database", 1}, {"pid", 1}});
}

const std::string kError = " ERROR acme odoo.http: Access Denied ";

/// An Odoo whose processes are seen: the master 100 and its worker 101 by a look at 04:00:00, its
/// worker 102 and an upgrade by hand since then.
class Watched {
  public:
    Watched() {
        const std::vector<std::string> command = {"python3", "/usr/bin/odoo"};
        proc_.put({{.pid = 100, .arguments = command},
                   {.pid = 101, .parent = 100, .arguments = command},
                   {.pid = 102, .parent = 100, .arguments = command},
                   {.pid = 200, .arguments = {"python3", "/usr/bin/odoo", "-u", "sale"}},
                   {.pid = 300, .comm = "sh", .arguments = {"sh"}}});
        ProcessPicture picture;
        picture.master = 100;
        picture.known.since = picture.known.until = 1'795'320'000;  // 2026-11-22 04:00:00
        picture.known.all = {{.pid = 90}, {.pid = 100}, {.pid = 101}};
        processes_->publish(picture);
        replay.log().watch_processes(processes_, ProcFolder(proc_.folder));
    }
    void read(const std::string& time, const std::string& pid, const std::string& rest) {
        replay.take_all("2026-11-22 " + time + ",000 " + pid + rest);
    }
    Replay replay;

  private:
    FakeProc proc_;
    std::shared_ptr<Published<ProcessPicture>> processes_ =
        std::make_shared<Published<ProcessPicture>>();
};

TEST_CASE("server log: of processes that are looked at, no other writes records", "[odoo]") {
    Watched odoo;
    odoo.read("03:59:59", "80", kError);  // it may have ended before the first look
    odoo.read("04:00:01", "4711", kError);
    odoo.read("04:00:01", "300", kError);  // not Odoo's
    odoo.read("04:00:02", "90", kError);   // ended since
    odoo.read("04:00:02", "101", kError);
    odoo.read("04:00:03", "102", kError);  // no look has seen it yet
    odoo.read("04:00:03", "200", " INFO ? odoo: Odoo version 17.0 ");
    CHECK(odoo.replay.by<Records, Label::level>() == Counted{{"error", 3}, {"info", 1}});
    CHECK(odoo.replay.by<Suspicious, Label::reason>() == Counted{{"database", 1}, {"pid", 2}});
}

TEST_CASE("server log: a process that is not there does not begin by saying so", "[odoo]") {
    Watched odoo;
    odoo.read("04:00:01", "101",
              " INFO acme odoo.addons.base.models.res_users: Login failed for "
              "db:acme login:x from 192.0.2.1 ");
    odoo.read("04:00:01", "888888", " INFO ? odoo: Odoo version 17.0 ");
    odoo.read("04:00:01", "888887",
              " INFO ? odoo.service.server: Worker WorkerHTTP (888887) alive ");
    for (const std::string pid : {"888888", "888887"}) {
        odoo.read("04:00:01", pid,
                  " ERROR ? odoo.service.server: WorkerHTTP (7) timeout after 9s ");
        odoo.read("04:00:01", pid,
                  " INFO acme odoo.addons.base.models.ir_cron: Starting job `A`. ");
        odoo.read("04:00:01", pid, " INFO acme odoo.addons.base.models.ir_cron: Job `A` done. ");
    }
    CHECK(odoo.replay.by<Suspicious, Label::reason>() == Counted{{"database", 1}, {"pid", 8}});
    CHECK(odoo.replay.by<WorkerExits, Label::reason>().empty());
    CHECK(odoo.replay.by<CronRuns, Label::cron>().empty());
    CHECK(odoo.replay.counts().of<Versions>().empty());
}

TEST_CASE("server log: in the name of a login nothing is a record, whoever seems to write it",
          "[odoo]") {
    Replay replay;
    replay.take_all(kBoot);
    const std::string now = "2026-11-22 04:00:03,000 101 ";
    replay.take_all(now +
                    "INFO acme odoo.addons.base.models.res_users: Login failed for db:acme "
                    "login:x");
    for (int pid = 1; pid <= 101; ++pid)
        replay.take_all("2026-11-22 04:00:03,000 " + std::to_string(pid) +
                        " ERROR globex odoo.http: Access Denied ");
    replay.take_all(" from 192.0.2.1 ");
    replay.take_all(now + "WARNING acme odoo.http: Access Denied ");
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"login", 101}});
    CHECK(replay.by<RpcErrors, Label::datname, Label::kind>() == Counted{{"acme access", 1}});
    CHECK(replay.by<Logins, Label::datname, Label::result>() == Counted{{"acme failed", 1}});
}

TEST_CASE("server log: a name of a login that never ends hides nothing", "[odoo]") {
    Replay replay;
    replay.take_all(kBoot);
    replay.take_all(
        "2026-11-22 04:00:03,000 101 INFO globex odoo.addons.base.models.res_users: Login failed "
        "for db:globex login:x\n"
        "2026-11-22 04:00:03,900 101 WARNING acme odoo.http: Access Denied \n"
        "2026-11-22 04:00:04,100 101 WARNING acme odoo.http: Access Denied ");
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"database", 1}});
    CHECK(replay.by<RpcErrors, Label::datname>() == Counted{{"acme", 2}});
    CHECK(replay.by<Logins, Label::datname>().empty());
}

TEST_CASE("server log: what is no version of Odoo is no label", "[odoo]") {
    const auto versions = [](const std::string& text) {
        Replay replay;
        replay.take_all("2026-11-22 04:00:00,000 100 INFO ? odoo: Odoo version " + text + " ");
        const Counted found = replay.by<Versions, Label::version>();
        return found.empty() ? std::string() : found.begin()->first;
    };
    for (const std::string text :
         {"14.0", "17.0+e", "17.0-20240924", "17.0+e-20240924", "saas~18.4", "saas~18.4+e",
          "19.0alpha1", "18.0rc2", "16.0.post20230101"}) {
        CAPTURE(text);
        CHECK(versions(text) == text);
    }
    for (const std::string text : {"", "14", "1", "EVIL-66", "14.0 evil", "14.0-evil", "14.0-1234",
                                   "1400.0", "14.0alpha", "14.0-202409241"}) {
        CAPTURE(text);
        CHECK(versions(text).empty());
    }
}

TEST_CASE("server log: after a loss a process may be one whose beginning was lost", "[odoo]") {
    const auto request = [](const char* pid) {
        return std::string("2026-11-22 04:00:10,000 ") + pid +
               " INFO acme werkzeug: 127.0.0.1 - - [x] \"GET /web HTTP/1.1\" 200 - 1 0.1 0.1";
    };
    Replay replay;
    replay.take_all(kBoot);
    CHECK(replay.take(request("300")) == tail::LineResult::foreign);
    replay.log().miss({"odoo", "other.log", {}, {}, {}});
    CHECK(replay.take(request("300")) == tail::LineResult::foreign);
    replay.log().miss({"odoo", "odoo.log", {}, {}, {}});
    CHECK(replay.take(request("300")) == tail::LineResult::ok);
    // Until each says again that it begins.
    replay.take_all(kBoot);
    CHECK(replay.take(request("301")) == tail::LineResult::foreign);
}

}  // namespace
}  // namespace erp::odoo
