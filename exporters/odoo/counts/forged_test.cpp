#include "exporters/odoo/counts/replay.hpp"

namespace erp::odoo {
namespace {

/// An Odoo that has booted, with one worker.
class Booted {
  public:
    Booted() {
        replay.take_all(kBoot);
        before = replay.by<Records, Label::level>()["info"];
    }
    /// What the worker writes of a request for a database that a client names.
    void name_database(const std::string& database,
                       const std::string& record =
                           " odoo.http: Exception during JSON request "
                           "handling. ",
                       const std::string& level = "ERROR") {
        replay.take_all("2026-11-22 04:00:03,000 101 " + level + " " + database + record);
    }
    void expect_suspicious(double times) {
        CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"database", times}});
        CHECK(replay.by<Records, Label::level>() == Counted{{"info", before}});
        CHECK(replay.by<RpcErrors, Label::datname>().empty());
        CHECK(replay.by<Requests, Label::datname>().empty());
        CHECK(replay.by<CronRuns, Label::cron>().empty());
        CHECK(replay.by<CronSkips, Label::datname>().empty());
        CHECK(replay.by<WorkerExits, Label::reason>().empty());
        CHECK(replay.by<Exceptions, Label::exception>().empty());
    }
    Replay replay;
    double before = 0;
};

const std::string kCron = "globex odoo.addons.base.models.ir_cron: ";
const std::string kRequest =
    "globex werkzeug: 1.2.3.4 - - [x] \"GET /odoo HTTP/1.1\" 500 - 5 100.0 2000.0";

TEST_CASE("server log: the name of a database that a client invents is no record of another one",
          "[odoo]") {
    for (const std::string& name :
         {kCron + "Call from cron EVIL for server action #1 failed in Job #2",
          kCron + "Skipping database globex because of modules to install/upgrade/remove.",
          kCron + "Starting job `N1`.", std::string("globex odoo.http: x"),
          std::string("globex odoo.http:"), std::string("globex x:"),
          std::string("globex odoo.service.server: Worker WorkerHTTP (101) CPU time limit (60) "
                      "reached."),
          kRequest}) {
        CAPTURE(name);
        Booted odoo;
        odoo.name_database(name);
        odoo.name_database(name, " odoo.sql_db: Connection to the database failed ", "INFO");
        odoo.name_database(name, R"( werkzeug: 1.2.3.4 - - [x] "POST / HTTP/1.1" 200 - 1 0.1 0.1)",
                           "INFO");
        odoo.expect_suspicious(3);
    }
}

TEST_CASE("server log: nor is it one with a line break in it, whatever the lines behind it are",
          "[odoo]") {
    for (const std::string& name :
         {kRequest + "\nx", kRequest + "\n\n\n", kRequest + "\n2026-01-01 00:00:00,000 1 INFO x",
          kRequest + "\n2026-11-22 04:00:03,000 4711 INFO x", kCron + "Starting job `N1`. \nx",
          kCron + "Call from cron EVIL for server action #1 failed in Job #2 \nTraceback (most "
                  "recent call last):\n  File \"a\", line 1, in a\nFake: x\ny",
          std::string("globex odoo.addons.base.models.res_users: Login failed for db:globex "
                      "login:x\ny")}) {
        CAPTURE(name);
        Booted odoo;
        odoo.name_database(name);
        odoo.replay.take_all("2026-11-22 04:00:05,000 101 INFO acme odoo.modules.loading: x ");
        odoo.before += 1;
        Counted found = odoo.replay.by<Suspicious, Label::reason>();
        CHECK(found["database"] == 1);
        CHECK(odoo.replay.by<Records, Label::level>() == Counted{{"info", odoo.before}});
        CHECK(odoo.replay.by<Logins, Label::datname>().empty());
        CHECK(odoo.replay.by<Requests, Label::datname>().empty());
        CHECK(odoo.replay.by<CronRuns, Label::cron>().empty());
    }
}

TEST_CASE("server log: a database with a blank in its name is one only if it is known", "[odoo]") {
    Booted odoo;
    odoo.name_database("no such base");
    odoo.name_database("x INFO globex");
    odoo.name_database("globex odoo.http:x");
    odoo.expect_suspicious(3);
    odoo.name_database("nosuch");
    CHECK(odoo.replay.by<RpcErrors, Label::datname>() == Counted{{"_unknown", 1}});
}

TEST_CASE("server log: a record of syslog is none either when its database holds another one",
          "[odoo]") {
    const std::string head = "<14>Odoo Server 14.0:";
    for (const std::string& name :
         {std::string("globex:ERROR:odoo.http:x"), std::string("globex:ERROR:odoo.http:x#012y"),
          std::string("globex:INFO:odoo.addons.base.models.ir_cron:Starting job `N`.\nx")}) {
        CAPTURE(name);
        Replay replay;
        replay.take_all(head + "acme:INFO:odoo.modules.loading:x");
        replay.take_all(head + name + ":ERROR:odoo.http:Exception during JSON request handling.");
        CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"database", 1}});
        CHECK(replay.by<Records, Label::level>() == Counted{{"info", 1}});
        CHECK(replay.by<CronRuns, Label::cron>().empty());
    }
}

const std::string kLogin =
    "2026-11-22 04:00:03,000 101 INFO acme odoo.addons.base.models.res_users: Login failed for "
    "db:acme login:x\n";
const std::string kForgedJson =
    R"({"asctime":"2026-11-22 04:00:03,000","levelname":"ERROR","dbname":"globex",)"
    R"("name":"odoo.http","message":"boom"})";
const std::string kForgedJsonOfPid =
    R"({"pid": 101,"asctime":"2026-11-22 04:00:03,000","levelname":"ERROR","dbname":"globex",)"
    R"("name":"odoo.http","message":"boom"})";
const std::string kForgedSyslog = "<14>Odoo Server 17.0:globex:ERROR:odoo.http:boom";

TEST_CASE("server log: a plain log stays one, whatever a client writes into its first records",
          "[odoo]") {
    for (const std::string& forged : {kForgedJson, kForgedJsonOfPid, kForgedSyslog}) {
        CAPTURE(forged);
        Booted odoo;
        for (const std::string_view line : {std::string_view(kLogin), std::string_view(forged),
                                            std::string_view(" from 192.0.2.1 ")})
            odoo.replay.take_all(line);
        // Not in a login: behind a request, in a text of any other record.
        odoo.replay.take_all(
            R"(2026-11-22 04:00:03,100 101 INFO acme werkzeug: x - - [x] "GET / HTTP/1.1" 200 - )"
            "1 0.1 0.1");
        odoo.replay.take_all(forged);
        odoo.replay.take_all("2026-11-22 04:00:03,200 101 INFO acme odoo.modules.loading: x");
        odoo.replay.take_all(forged);
        CHECK(odoo.replay.by<RpcErrors, Label::datname>().empty());
        CHECK(odoo.replay.by<Records, Label::level>() == Counted{{"info", odoo.before + 3}});
    }
}

TEST_CASE("server log: a log of JSON has no records without a pid", "[odoo]") {
    Replay replay;
    replay.take_all(kForgedJson);
    CHECK(replay.by<Records, Label::level>().empty());
    replay.take_all(kForgedJsonOfPid);
    CHECK(replay.by<Records, Label::level>() == Counted{{"error", 1}});
}

const std::string kHead = "2026-11-22 04:00:03,000 101 ";
const std::string kGlobexLogin =
    "INFO globex odoo.addons.base.models.res_users: Login failed for db:globex login:x from "
    "192.0.2.1 ";
const std::string kTail = " odoo.http: Exception during JSON request handling. ";

std::string request_of(const std::string& database, const std::string& address = "192.0.2.1") {
    return kHead + "INFO " + database + " werkzeug: " + address +
           R"( - - [x] "POST /jsonrpc HTTP/1.1" 200 - 12 0.010 0.030)";
}

std::string login_from(const std::string& address) {
    return kHead + "INFO acme odoo.addons.base.models.res_users: Login failed for db:acme login:x" +
           " from " + address + " ";
}

/// A name of a database that begins with `first`, and holds records of all that a client guesses.
std::string guesses(const std::string& first) {
    std::string lines = kHead + "ERROR " + first + "\n";
    for (int pid = 1; pid <= 600; ++pid)
        lines.append("2026-11-22 04:00:03,000 ")
            .append(std::to_string(pid))
            .append(" ")
            .append(kGlobexLogin)
            .append("\n");
    return lines;
}

TEST_CASE("server log: a client's address may be anything, and hides nothing", "[odoo]") {
    for (const std::string address : {"[2001:db8::1]:4433", "unknown", "fe80::1%eth0", "n/a",
                                      "proxy.internal", "a x", "x odoo.evil: y"}) {
        CAPTURE(address);
        Booted odoo;
        odoo.replay.take_all(login_from(address));
        odoo.replay.take_all(request_of("globex", address));
        odoo.replay.take_all(request_of("globex", address));
        CHECK(odoo.replay.by<Requests, Label::datname>() == Counted{{"globex", 2}});
        if (address.find("odoo.") != address.npos) continue;
        CHECK(odoo.replay.by<Logins, Label::datname>() == Counted{{"acme", 1}});
        CHECK(odoo.replay.by<Suspicious, Label::reason>().empty());
    }
}

TEST_CASE("server log: a failure is not the next tenant's, also if its request is refused",
          "[odoo]") {
    Booted odoo;
    const std::string error = kHead + "ERROR acme" + kTail;
    odoo.replay.take_all(error);
    odoo.replay.take_all(request_of("acme", "x odoo.evil: y"));
    odoo.replay.take_all(request_of("globex"));
    odoo.replay.take_all(error);
    odoo.replay.take_all(request_of("globex"));
    odoo.replay.take_all(request_of("acme"));
    CHECK(odoo.replay.by<FailedRequests, Label::datname>() == Counted{{"acme", 1}});
    CHECK(odoo.replay.by<Requests, Label::datname>() == Counted{{"acme", 2}, {"globex", 2}});
}

TEST_CASE("server log: in the name of a database no guess of a process is right", "[odoo]") {
    Booted odoo;
    odoo.replay.take_all(guesses("x"));
    odoo.replay.take_all("x" + kTail);
    odoo.replay.take_all(request_of("acme"));
    CHECK(odoo.replay.by<Logins, Label::datname>().empty());
    CHECK(odoo.replay.by<RpcErrors, Label::datname>().empty());
    CHECK(odoo.replay.by<Requests, Label::datname>() == Counted{{"acme", 1}});
    CHECK(odoo.replay.by<Suspicious, Label::reason>()["database"] >= 600);
}

TEST_CASE("server log: a record that was cut hides none behind it", "[odoo]") {
    Booted odoo;
    odoo.replay.take_all(kHead + "ERROR acm");
    for (int times = 0; times < 3; ++times)
        odoo.replay.take_all(request_of("globex"));
    CHECK(odoo.replay.by<Requests, Label::datname>() == Counted{{"globex", 3}});
    CHECK(odoo.replay.by<Suspicious, Label::reason>().empty());
}

TEST_CASE("server log: more than can be held is judged line by line", "[odoo]") {
    Booted odoo;
    odoo.replay.take_all(kHead + "ERROR acm");
    for (int times = 0; times < 5000; ++times)
        odoo.replay.take_all(request_of("globex"));
    CHECK(odoo.replay.by<Requests, Label::datname>() == Counted{{"globex", 5000}});
}

TEST_CASE("server log: a restart within a client's text forgets none of it", "[odoo]") {
    using namespace std::chrono_literals;
    Replay first(LogFormat::detect, 1h);
    first.take_all(kBoot);
    first.take_all(guesses("x"));
    (void)first.counts();
    CHECK(first.unfinished());
    Replay second(LogFormat::detect, 1h);
    REQUIRE_FALSE(second.log().restore(first.bytes()));
    second.take_all("x" + kTail);
    second.take_all(request_of("acme"));
    second.take_all(request_of("acme"));
    CHECK(second.by<Logins, Label::datname>().empty());
    CHECK(second.by<Requests, Label::datname>() == Counted{{"acme", 1}});  // one is kept
    CHECK(second.by<Suspicious, Label::reason>() == Counted{{"database", 601}});
}

TEST_CASE("server log: the first line read may be a client's, and tells no format", "[odoo]") {
    for (const std::string& forged :
         {kForgedSyslog, kForgedJsonOfPid,
          std::string(R"(<14>Odoo Server 14.0:globex:INFO:werkzeug:x - - [x] "GET /odoo HTTP/1.1" )"
                      "200 -")}) {
        CAPTURE(forged);
        Replay replay;
        replay.take_all(kHead + "INFO x");
        replay.take_all(forged);
        replay.take_all("x" + kTail);
        for (int times = 0; times < 20; ++times)
            replay.take_all(request_of("acme"));
        CHECK(replay.by<Requests, Label::datname>() == Counted{{"acme", 20}});
        CHECK(replay.by<RpcErrors, Label::datname>().empty());
    }
}

}  // namespace
}  // namespace erp::odoo
