#include "exporters/odoo/counts/replay.hpp"

namespace erp::odoo {
namespace {

const std::string kLogin =
    "2026-11-22 04:00:03,000 101 INFO acme odoo.addons.base.models.res_users: Login failed for "
    "db:acme login:x";

/// An exception whose text ends with what a client sent, as 14's `Method not found` does.
std::string exception_of(const std::string& text) {
    return "2026-11-22 04:00:03,000 101 ERROR acme odoo.http: Exception during JSON request "
           "handling. \nTraceback (most recent call last):\n  File \"x.py\", line 1, in x\n"
           "NameError: Method not found: " +
           text;
}

std::string request_of(const std::string& database) {
    return "2026-11-22 04:00:03,100 101 INFO " + database +
           " werkzeug: 192.0.2.1 - - [x] \"GET /web HTTP/1.1\" 200 - 1 0.1 0.1";
}

TEST_CASE("server log: a head that a client makes up takes nothing away from others", "[odoo]") {
    for (const std::string head :
         {"2026-01-01 00:00:00,000 101 INFO y", "2026-11-22 04:00:03,000 999 INFO y"}) {
        CAPTURE(head);
        Replay replay;
        replay.take_all(kBoot);
        replay.take_all(exception_of("x\n" + head));
        replay.take_all(request_of("globex"));
        replay.take_all(kLogin + " from 192.0.2.1");
        replay.take_all(exception_of("x\n odoo.http: "));
        CHECK(replay.by<Requests, Label::datname>() == Counted{{"globex", 1}});
        CHECK(replay.by<Logins, Label::datname>() == Counted{{"acme", 1}});
    }
}

TEST_CASE("server log: two texts of clients take nothing away that was written between them",
          "[odoo]") {
    const std::string begins[] = {exception_of("x\n2026-01-01 00:00:00,000 1 INFO y odoo.a: b"),
                                  exception_of("x\n2026-11-22 04:00:03,000 101 INFO y odoo.a: b"),
                                  request_of("x y odoo.http: z"),
                                  "2026-11-22 04:00:03,000 101 INFO a odoo.http: b odoo.sql_db: c"};
    const std::string ends[] = {
        exception_of("x\n odoo.http: "), request_of("x y odoo.http: z"),
        exception_of("x\n2026-11-22 04:00:03,000 999 INFO y odoo.a: b odoo: c")};
    const auto check = [](const std::string& begin, const std::string& end, bool oversize) {
        CAPTURE(begin, end, oversize);
        Replay replay;
        replay.take_all(kBoot);
        replay.take_all(begin);
        for (int i = 0; i < 10; ++i) {
            replay.take_all(request_of("globex"));
            replay.take_all(kLogin + " from 192.0.2.1");
        }
        if (oversize) replay.log().lose({"odoo", "odoo.log", "", "", ""});
        replay.take_all(end);
        CHECK(replay.by<Requests, Label::datname>()["globex"] == 10);
        CHECK(replay.by<Logins, Label::datname>() == Counted{{"acme", 10}});
    };
    for (const std::string& begin : begins) {
        for (const std::string& end : ends) {
            check(begin, end, false);
            check(begin, end, true);
        }
    }
}

TEST_CASE("server log: names of databases that a client makes up take nothing away from others",
          "[odoo]") {
    const std::string head = "2026-11-22 04:00:03,000 101 INFO ";
    const std::string end = " odoo.sql_db: Connection to the database failed ";
    for (const std::string name :
         {"a odoo: b", "a odoo.http: b", "a b", "x\n2026-01-01 00:00:00,000 1 INFO y",
          "x\n2026-01-01 00:00:00,000 1 INFO y z", "x\n2026-01-01 00:00:00,000 1 INFO y odoo: z",
          "x\n odoo.http: y", "x\n"}) {
        CAPTURE(name);
        Replay replay;
        replay.take_all(kBoot);
        for (int i = 0; i < 3; ++i) {
            replay.take_all(std::string(head).append(name).append(end));
            replay.take_all(request_of("globex"));
            replay.take_all(exception_of("x\n2026-01-01 00:00:00,000 1 INFO y odoo: z"));
            replay.take_all(request_of("globex"));
        }
        CHECK(replay.by<Requests, Label::datname>() == Counted{{"globex", 6}});
    }
}

TEST_CASE("server log: what ends a doubt is counted once", "[odoo]") {
    Replay replay;
    replay.take_all(kBoot);
    replay.take_all("2026-11-22 04:00:03,000 101 INFO x");  // half a head of Odoo's own
    replay.take_all("2026-11-22 04:00:03,100 101 ERROR acme odoo.http: Access Denied ");
    replay.take_all("2026-11-22 03:00:00,000 101 INFO y odoo: z odoo.sql_db: Connection failed ");
    // The half head, what was held behind it, and the one with the end.
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"database", 3}});
}

TEST_CASE("server log: half a head that a client makes up ends the record before it", "[odoo]") {
    Replay replay;
    replay.take_all(kBoot);
    replay.take_all(
        "2026-11-22 04:00:03,000 101 INFO acme odoo.addons.base.models.ir_cron: "
        "Starting job `A`.\n"
        "2026-01-01 00:00:00,000 1 INFO odoo.sql_db: Connection to the database failed ");
    replay.take_all(request_of("globex"));
    CHECK(replay.by<Requests, Label::datname>() == Counted{{"globex", 1}});
    CHECK(replay.counts().of<CronLast>().empty());
}

TEST_CASE("server log: in syslog, too, a login's name ends no doubt before its end", "[odoo]") {
    Replay replay;
    const std::string head = "<14>Odoo Server 14.0:";
    replay.take_all(head + "?:INFO:odoo:Odoo version 14.0");
    replay.take_all(head +
                    "acme:INFO:odoo.addons.base.models.res_users:Login failed for db:acme "
                    "login:x\n" +
                    head + "acme:INFO:odoo.addons.base.models.ir_cron:Starting job `A`.\n" + head +
                    "a b:INFO:odoo:z\n from 192.0.2.1 ");
    replay.take_all(head + "globex:INFO:odoo.modules.loading:x");
    CHECK(replay.counts().of<CronLast>().empty());
}

TEST_CASE("server log: the end of a login's name may be in a line that is too long to be read",
          "[odoo]") {
    Replay replay;
    replay.take_all(kBoot);
    replay.take_all(kLogin);
    replay.take_all("2026-11-22 04:00:03,000 101 INFO globex odoo.http: forged");
    replay.log().lose({"odoo", "odoo.log", "", "", ""});
    replay.take_all(request_of("globex"));
    replay.take_all(kLogin + " from 192.0.2.1");
    CHECK(replay.by<Requests, Label::datname>() == Counted{{"globex", 1}});
    CHECK(replay.by<Logins, Label::datname>() == Counted{{"acme", 2}});
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"login", 1}});
}

TEST_CASE("server log: classes that a client makes up take no place from those that are usual",
          "[odoo]") {
    Replay replay;
    replay.take_all(kBoot);
    for (int i = 0; i < 400; ++i) {
        replay.take_all(
            exception_of("x\n\nDuring handling of the above exception, another exception "
                         "occurred:\n\nTraceback (most recent call last):\n  File "
                         "\"x.py\", line 1, in x\nMadeUp" +
                         std::to_string(i) + ": y"));
    }
    replay.take_all(
        "2026-11-22 04:00:03,000 101 ERROR globex odoo.http: Exception during JSON request "
        "handling. \nTraceback (most recent call last):\n  File \"x.py\", line 1, in x\n"
        "psycopg2.OperationalError: server closed the connection unexpectedly");
    auto of_globex = replay.by<Exceptions, Label::datname, Label::exception>();
    CHECK(of_globex["globex psycopg2.OperationalError"] == 1);
    CHECK(of_globex["acme _other"] > 100);
}

TEST_CASE("server log: what a client asks for takes nothing away from others in syslog", "[odoo]") {
    Replay replay(LogFormat::syslog);
    const std::string head = "Odoo Server 14.0:acme:INFO:";
    for (int i = 0; i < 10; ++i) {
        replay.take_all(head +
                        "werkzeug:192.0.2.1 - - [x] \"GET /a:INFO:odoo.http:b HTTP/1.1\" "
                        "200 - 1 0.1 0.1");
        replay.take_all(head +
                        "odoo.addons.base.models.res_users:Login failed for db:acme login:x "
                        "from 192.0.2.1");
    }
    CHECK(replay.by<Logins, Label::datname>() == Counted{{"acme", 10}});
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"database", 10}});
}

TEST_CASE("server log: a login's name with a line feed in it is whole in syslog", "[odoo]") {
    Replay replay(LogFormat::syslog);
    const std::string login =
        "Odoo Server 14.0:acme:INFO:odoo.addons.base.models.res_users:Login failed for db:acme "
        "login:x";
    for (int i = 0; i < 10; ++i) {
        replay.take_all(login + "#012y from 192.0.2.1");
        replay.take_all(
            "Odoo Server 14.0:globex:INFO:werkzeug:192.0.2.1 - - [x] \"GET /web "
            "HTTP/1.1\" 200 -");
        replay.take_all(login + " from 192.0.2.1");
    }
    CHECK(replay.by<Requests, Label::datname>() == Counted{{"globex", 10}});
    CHECK(replay.by<Logins, Label::datname>() == Counted{{"acme", 20}});
    CHECK(replay.by<Suspicious, Label::reason>().empty());
}

TEST_CASE("server log: what follows a line that was too long is no part of the record before it",
          "[odoo]") {
    Replay replay;
    replay.take_all(kBoot);
    replay.take_all(
        "2026-11-22 04:00:03,000 101 ERROR globex odoo.sql_db: bad query: SELECT 1/0\n"
        "ERROR: division by zero\n");
    replay.log().lose({"odoo", "odoo.log", "", "", ""});
    replay.take_all("ERROR: could not serialize access due to concurrent update\n");
    replay.take_all(request_of("globex"));
    CHECK(replay.by<BadQueries, Label::reason>() == Counted{{"other", 1}});
    CHECK(replay.by<Requests, Label::datname>() == Counted{{"globex", 1}});
}

TEST_CASE("server log: a class that is written small, at the end of a traceback, is no logger",
          "[odoo]") {
    for (const std::string last : {"odoo.exceptions.except_orm: ('Error', 'x')",
                                   "odoo.addons.acme_edi.models.edi.edi_error: no partner"}) {
        CAPTURE(last);
        Replay replay;
        replay.take_all(
            "2026-11-22 04:00:03,000 102 INFO acme odoo.addons.base.models.ir_cron: "
            "Starting job `A`. \n");
        replay.take_all(
            "2026-11-22 04:00:03,100 102 ERROR acme odoo.addons.base.models.ir_cron: "
            "Call from cron A for server action #1 failed in Job #1 \n"
            "Traceback (most recent call last):\n  File \"x.py\", line 1, in x\n" +
            last);
        replay.take_all(
            "2026-11-22 04:00:03,200 102 INFO acme odoo.addons.base.models.ir_cron: "
            "Job `A` done. ");
        CHECK(replay.by<CronRuns, Label::result>() == Counted{{"failed", 1}});
        CHECK(replay.by<Suspicious, Label::reason>().empty());
    }
}

}  // namespace
}  // namespace erp::odoo
