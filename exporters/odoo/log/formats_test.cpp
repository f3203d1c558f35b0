#include "exporters/odoo/log/recording.hpp"
#include "exporters/odoo/log/syslog_line.hpp"

#include <catch2/catch.hpp>

using namespace erp::odoo;

namespace {

std::string json(const std::string& more) {
    return R"({"asctime": "2026-11-22 04:02:33,066", "pid": 22561, "dbname": "acme", )" + more +
           "}\n";
}

}  // namespace

TEST_CASE("datagrams of syslog are the records of the scenario, without their numbers") {
    const Counts same = {
        {"boot", 2},         {"gevent_service", 1},  {"http_service", 1}, {"job_runner_ready", 3},
        {"login_failed", 1}, {"login_succeeded", 1}, {"request", 5},      {"rpc_error", 3},
        {"worker_alive", 6}};
    Counts in14 = same;
    in14["plain"] = 13;
    Counts in17 = same;
    in17.insert({{"plain", 25}, {"modules_loaded", 1}, {"registry_loaded", 1}});
    Counts in18 = same;
    in18.insert({{"plain", 29}, {"modules_loaded", 2}, {"registry_loaded", 2}});
    CHECK(kinds_of(Lines(file_text("14/syslog.txt"))) == in14);
    CHECK(kinds_of(Lines(file_text("17/syslog.txt"))) == in17);
    CHECK(kinds_of(Lines(file_text("18/syslog.txt"))) == in18);
}

TEST_CASE("a datagram has neither time nor pid, and may have a server's head") {
    const Read read(
        "<14>Odoo Server 14.0:acme:INFO:werkzeug:203.0.113.10 - - [22/Nov/2026 "
        "04:18:30] \"POST /jsonrpc HTTP/1.1\" 200 -\n");
    CHECK(read.event.kind == EventKind::request);
    CHECK(read.event.path == "/jsonrpc");
    CHECK(read.event.status == 200);
    CHECK_FALSE(read.event.duration.has_value());
    CHECK_FALSE(read.record.time.has_value());
    CHECK_FALSE(read.record.pid.has_value());
    CHECK(read.record.database == "acme");
    const Read rsyslog(
        "2026-11-22T04:18:30.1+00:00 host Odoo Server 18.0-20250702:?:ERROR:"
        "odoo.http:Exception#012Traceback (most recent call last):#012  File \"x.py\", line 1, in f"
        "#012KeyError: 'south'\n");
    CHECK(rsyslog.event.kind == EventKind::rpc_error);
    CHECK(rsyslog.event.exception == "KeyError");
    CHECK(rsyslog.record.message == "Exception");
}

TEST_CASE("what is no datagram is none") {
    Record record;
    std::string_view rest;
    CHECK_FALSE(parse_syslog("", record, rest));
    CHECK_FALSE(parse_syslog("<14>Odoo Server 14.0", record, rest));
    CHECK_FALSE(parse_syslog("<14>Odoo Server 14.0:?:LOUD:odoo:x", record, rest));
    CHECK_FALSE(parse_syslog("<14>Odoo Server 14.0:?:INFO:no logger:x", record, rest));
    CHECK_FALSE(parse_syslog("xOdoo Server 14.0:?:INFO:odoo:x", record, rest));
    CHECK_FALSE(
        parse_syslog(std::string(200, ' ') + "Odoo Server 14.0:?:INFO:odoo:x", record, rest));
}

TEST_CASE("a request of logging_json has its numbers in a field of their own") {
    const Read read(json(R"("levelname": "INFO", "name": "werkzeug", "request_id": "a", "uid": 2, )"
                         R"("message": "203.0.113.10 - - [x] \"GET /web HTTP/1.1\" 200 -", )"
                         R"("perf_info": "5 0.085 0.156")"));
    CHECK(read.event.kind == EventKind::request);
    CHECK(read.event.path == "/web");
    CHECK(read.event.queries == 5);
    CHECK(read.event.duration == 241'000'000);
    CHECK(read.record.time == 1'795'320'153'066'000'000);
    CHECK(read.record.pid == 22561);
    CHECK(read.record.database == "acme");
}

TEST_CASE("a request has colours in every format") {
    const std::string text = R"(203.0.113.10 - - [x] \"[37mGET /web HTTP/1.1[0m\" 200 -)";
    const auto with = [&text](const std::string& escape, bool quoted) {
        std::string out;
        for (const char c : text) {
            if (c == '\\' && !quoted) continue;
            if (c == '[' && (out.ends_with('"') || out.ends_with("1.1"))) out += escape;
            out += c;
        }
        return out;
    };
    const Read in_json(json(R"("levelname": "INFO", "name": "werkzeug", "message": ")" +
                            with("\\u001b", true) + R"(", "perf_info": "5 0.085 0.156")"));
    CHECK(in_json.event.path == "/web");
    CHECK(in_json.event.queries == 5);
    for (const char* escape : {"\x1b", "#033"}) {
        const Read read("<14>Odoo Server 14.0:acme:INFO:werkzeug:" + with(escape, false));
        CHECK(read.event.kind == EventKind::request);
        CHECK(read.event.path == "/web");
        CHECK(read.event.method == "GET");
    }
}

TEST_CASE("an error of logging_json is whole, traceback and all") {
    const Read read(json(
        R"("levelname": "ERROR", "name": "odoo.http", "message": "south", )"
        R"("exc_info": "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\nKeyError: 1")"));
    CHECK(read.event.kind == EventKind::rpc_error);
    CHECK(read.event.exception == "KeyError");
    const Read query(json(R"("levelname": "ERROR", "name": "odoo.sql_db", )"
                          R"("message": "bad query: x\nERROR: deadlock detected")"));
    CHECK(query.event.reason == QueryFault::deadlock_detected);
    CHECK(query.record.message == "bad query: x");
}

TEST_CASE("a login of logging_json cannot forge a record") {
    const Read read(
        json(R"("levelname": "INFO", "name": "odoo.addons.base.models.res_users", )"
             R"("message": "Login failed for db:acme login:x\n2026-11-22 04:02:33,066 1 CRITICAL )"
             R"(acme odoo: y"})"
             "x"),
        LogFormat::json);
    CHECK(read.records == 0);  // what follows the object makes it none
    const Read whole(
        json(R"("levelname": "INFO", "name": "odoo.addons.base.models.res_users", )"
             R"("message": "Login failed for db:acme login:x\n2026-11-22 04:02:33,066 1 CRITICAL )"
             R"(acme odoo: y")"));
    CHECK(whole.records == 1);
    CHECK(whole.event.kind == EventKind::login_failed);
    CHECK(whole.event.database == "acme");
}

TEST_CASE("what is no object of logging_json is no record") {
    for (const std::string& line :
         {std::string("{\n"), std::string("{}\n"), std::string("{\"a\": 1}\n"),
          json(R"("levelname": "LOUD", "name": "odoo", "message": "x")"),
          json(R"("levelname": "INFO", "message": "x")"),
          json(R"("levelname": "INFO", "name": "odoo", "message": "x)"),
          std::string("[\"asctime\"]\n")}) {
        CAPTURE(line);
        CHECK(Read(line).records == 0);
    }
}
