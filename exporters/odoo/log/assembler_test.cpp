#include "exporters/odoo/log/client_text.hpp"
#include "exporters/odoo/log/recording.hpp"

#include <catch2/catch.hpp>

using namespace erp::odoo;

namespace {

constexpr std::string_view kInfo = "2026-11-22 04:02:34,634 22561 INFO acme odoo: x ";
constexpr std::string_view kLoading =
    "2026-11-22 04:02:34,634 22561 INFO acme odoo.modules.loading: loading 1 modules... ";
constexpr std::string_view kError =
    "2026-11-22 04:02:34,634 22561 ERROR acme odoo.http: Exception during request handling. ";

/// Says no to what a process of pid 1 wrote.
class Sink : public RecordSink {
  public:
    bool genuine(const Record& record) override { return record.pid != 1; }
    bool seems_genuine(const Record& record) override { return genuine(record); }
    bool has_database(std::string_view name) override { return name == "two words"; }
    void refuse(std::string_view reason) override { taken.emplace_back(reason); }
    void take(const Record& record, const Event& event) override {
        taken.push_back(std::string(to_string(record.level)) + " " + std::string(event.exception));
        full = full || event.pool_full;
    }
    bool full = false;  ///< told of a full pool
    std::vector<std::string> taken;
};

class Log {
  public:
    explicit Log(LogFormat format = LogFormat::detect) : assembler(format, sink) {}
    LineKind take(std::string_view text) {
        std::string padded(text);
        padded.append(64, '\0');
        return assembler.take(std::string_view(padded).substr(0, text.size()));
    }
    Sink sink;
    Assembler assembler;
};

using Taken = std::vector<std::string>;

}  // namespace

TEST_CASE("a record is told when it is over") {
    Log log;
    CHECK(log.take(kInfo) == LineKind::record);
    CHECK(log.sink.taken.empty());
    CHECK(log.take(kError) == LineKind::record);
    CHECK(log.take("Traceback (most recent call last):") == LineKind::continuation);
    CHECK(log.take("  File \"x.py\", line 1, in f") == LineKind::continuation);
    CHECK(log.take("KeyError: 'south'") == LineKind::continuation);
    CHECK(log.sink.taken == Taken{"info "});
    CHECK(log.take(kInfo) == LineKind::record);
    CHECK(log.sink.taken == Taken{"info ", "error KeyError"});
    log.assembler.finish();
    CHECK(log.sink.taken == Taken{"info ", "error KeyError", "info "});
}

TEST_CASE("finish() tells the record that waits, once") {
    Log log;
    log.take(kError);
    log.assembler.finish();
    log.assembler.finish();
    CHECK(log.take("Traceback (most recent call last):") == LineKind::continuation);
    CHECK(log.take("  File \"x.py\", line 1, in f") == LineKind::continuation);
    CHECK(log.take("KeyError: 'south'") == LineKind::continuation);
    log.take(kInfo);
    log.assembler.finish();
    CHECK(log.sink.taken == Taken{"error ", "info "});
}

TEST_CASE("of several tracebacks of a record the last one counts") {
    Log log;
    log.take(kError);
    for (const std::string_view line :
         {"Traceback (most recent call last):", "  File \"x.py\", line 1, in f",
          "KeyError: 'nosuchdb'", "",
          "During handling of the above exception, another exception occurred:", "",
          "Traceback (most recent call last):", "  File \"x.py\", line 1, in f",
          "psycopg2.OperationalError: FATAL:  database \"nosuchdb\" does not exist", ""})
        log.take(line);
    log.assembler.finish();
    CHECK(log.sink.taken == Taken{"error psycopg2.OperationalError"});
}

TEST_CASE("what follows the exception's line is its text, and no class") {
    Log log;
    log.take(kError);
    for (const std::string_view line :
         {"Traceback (most recent call last):", "  File \"x.py\", line 1, in f",
          "psycopg2.errors.UndefinedColumn: column \"a\" does not exist", "LINE 1: SELECT a",
          "               ^", "ForgedError: x"})
        log.take(line);
    log.assembler.finish();
    CHECK(log.sink.taken == Taken{"error psycopg2.errors.UndefinedColumn"});
}

TEST_CASE("a class is a short identifier, or it is none") {
    for (const std::string& line :
         {std::string("not a class: x"), std::string("<b>: x"), std::string("1Error: x"),
          std::string(101, 'a'), std::string("Error\x01: x")}) {
        CAPTURE(line);
        Log log;
        log.take(kError);
        log.take("Traceback (most recent call last):");
        log.take("  File \"x.py\", line 1, in f");
        log.take(line);
        log.assembler.finish();
        CHECK(log.sink.taken == Taken{"error "});
    }
}

TEST_CASE("what a client writes like a traceback is none without a frame, and none in SQL") {
    const auto exception = [](const std::string& logger, const std::string& text) {
        return std::string(read("ERROR", logger, text).event.exception);
    };
    const std::string begin = "x\nTraceback (most recent call last):\n";
    const std::string frame = "  File \"x.py\", line 1, in f\n";
    CHECK(exception("odoo.http", begin + "evil.Name: y").empty());
    CHECK(exception("odoo.http", begin + "  x\nevil.Name: y").empty());
    CHECK(exception("odoo.http", begin + begin + frame + "KeyError: y") == "KeyError");
    const std::string query = "bad query: INSERT INTO a VALUES ('" + begin + frame +
                              "evil.Name: y')\nERROR: syntax error at \"a\"";
    CHECK(exception("odoo.sql_db", query).empty());
    CHECK(read("ERROR", "odoo.sql_db", query).event.reason == QueryFault::syntax_error);
}

TEST_CASE(
    "a record that the sink refuses is a part of the one before it, which may be a client's") {
    Log log;
    log.take(kError);
    log.take("Traceback (most recent call last):");
    log.take("  File \"x.py\", line 1, in f");
    CHECK(log.take("2026-11-22 04:02:34,634 1 CRITICAL acme odoo.fake: forged ") ==
          LineKind::suspicious);
    CHECK(log.take("KeyError: 'south'") == LineKind::continuation);
    log.assembler.finish();
    CHECK(log.sink.taken == Taken{"database"});
}

TEST_CASE("classes of exceptions, modules in a path and words are no loggers") {
    for (const std::string text :
         {"odoo.exceptions.UserError: x", "x odoo.addons.a.models.b.FailedJob: y", "odoo: x",
          "/opt/odoo/addons/a.py:12: DeprecationWarning: x", "(odoo.http: x", "odoo.http:8069",
          "odoo.http says: x", "xodoo.http: x", "odoo.: x"}) {
        CAPTURE(text);
        CHECK_FALSE(names_logger(text));
    }
    for (const std::string text : {"odoo.http: x", "x odoo.sql_db: y", "a: b werkzeug: c",
                                   "x odoo.addons.base.models.ir_cron:", "longpolling: x"}) {
        CAPTURE(text);
        CHECK(names_logger(text));
    }
}

TEST_CASE("what a client writes behind an exception is no other one") {
    const auto said = [](const std::vector<std::string>& lines) {
        Log log;
        log.take(kError);
        log.take("Traceback (most recent call last):");
        log.take("  File \"x.py\", line 1, in f");
        log.take("    g()");
        for (const std::string& line : lines)
            log.take(line);
        log.assembler.finish();
        return log.sink.taken.at(0) + (log.sink.full ? " full" : "");
    };
    const std::string begin = "Traceback (most recent call last):";
    const std::string frame = "  File \"a\", line 1, in a";
    const std::string during =
        "During handling of the above exception, another exception occurred:";
    const std::string cause =
        "The above exception was the direct cause of the following exception:";
    const std::string fake = "Fake0: The Connection Pool Is Full";
    CHECK(said({"A: x", begin, frame, fake, "\""}) == "error A");
    CHECK(said({"A: x", "", begin, frame, fake, "\""}) == "error A");
    CHECK(said({"A: x", during, begin, frame, fake, "\""}) == "error A");
    CHECK(said({"A: x", during, "", begin, frame, fake, "\""}) == "error A");
    CHECK(said({"A: x", "", during, begin, frame, fake, "\""}) == "error A");
    CHECK(said({"A: x", "", during, "", begin, "  File \"a\"", fake, "\""}) == "error A");
    CHECK(said({"A: x", "", during, "", begin, fake}) == "error A");
    // PostgreSQL quotes a value, which ends behind what it holds.
    CHECK(said({"A: invalid input: \"x", "", during, "", begin, frame, fake, "\""}) == "error A");
    CHECK(said({"A: x", "", during, "", begin, frame, "B: y"}) == "error B");
    CHECK(said({"A: x", "", cause, "", begin, frame, "B: y"}) == "error B");
    CHECK(said({"A: x", "LINE 1: \"a\"", "    ^", "", during, "", begin, frame, "B: y"}) ==
          "error B");
    CHECK(said({"A: x", fake, "The Connection Pool Is Full"}) == "error A");
    CHECK(said({"A: The Connection Pool Is Full"}) == "error A");
    CHECK(said({"PoolError: x The Connection Pool Is Full"}) == "error PoolError");
    const std::string full = "psycopg2.pool.PoolError: The Connection Pool Is Full";
    CHECK(said({full}) == "error psycopg2.pool.PoolError full");
    CHECK(said({full + " "}) == "error psycopg2.pool.PoolError full");
    CHECK(said({full + " - - -"}) == "error psycopg2.pool.PoolError full");
    CHECK(said({"MemoryError "}) == "error MemoryError");
    CHECK(said({full, "", during, "", begin, frame, "B: y"}) == "error B full");
}

TEST_CASE("a reader that begins inside a record waits for the next one") {
    Log log;
    CHECK(log.take("  File \"x.py\", line 1, in f") == LineKind::stray);
    CHECK(log.take("KeyError: 'south'") == LineKind::stray);
    CHECK(log.take(kInfo) == LineKind::record);
    log.assembler.finish();
    CHECK(log.sink.taken == Taken{"info "});
}

TEST_CASE("a record of any length is kept by its beginning") {
    Log log;
    log.take(std::string(kError) + std::string(1U << 20U, 'x'));
    log.take("Traceback (most recent call last):");
    for (int i = 0; i < 10'000; ++i)
        log.take("  File \"x.py\", line 1, in f");
    log.take("RecursionError: maximum recursion depth exceeded");
    log.assembler.finish();
    CHECK(log.sink.taken == Taken{"error RecursionError"});
}

TEST_CASE("a client's line of another format is no record") {
    const std::string json =
        R"({"asctime": "2026-11-22 04:02:34,634", "pid": 7, "levelname": "CRITICAL", )"
        R"("dbname": "acme", "name": "odoo", "message": "forged"})";
    const std::string syslog = "Odoo Server 14.0:acme:CRITICAL:odoo:forged";
    Log settled;
    settled.take(kError);
    CHECK(settled.take(json) == LineKind::continuation);
    CHECK(settled.take(syslog) == LineKind::continuation);
    Log long_start;
    for (int i = 0; i < 64; ++i) {
        long_start.take(kLoading);
        CHECK(long_start.take(syslog) == LineKind::continuation);
    }
    CHECK(long_start.take(json) == LineKind::continuation);
    Log unsettled;
    CHECK(unsettled.take(syslog) == LineKind::record);
    CHECK(unsettled.take(kInfo) == LineKind::continuation);
    CHECK(unsettled.take(json) == LineKind::continuation);
    Log plain(LogFormat::plain);
    CHECK(plain.take(json) == LineKind::stray);
    CHECK(plain.take(syslog) == LineKind::stray);
    Log datagrams(LogFormat::syslog);
    CHECK(datagrams.take(kInfo) == LineKind::stray);
    CHECK(datagrams.take(syslog) == LineKind::record);
}

TEST_CASE("a log of JSON may begin with plain lines, and have them again at each start") {
    const std::string json =
        R"({"asctime": "2026-11-22 04:02:34,634", "pid": 7, "levelname": "INFO", )"
        R"("dbname": "acme", "name": "odoo", "message": "x"})";
    Log log;
    CHECK(log.take(kInfo) == LineKind::record);
    for (int i = 0; i < 100; ++i)
        CHECK(log.take(json) == LineKind::record);
    CHECK(log.take(kInfo) == LineKind::record);
    CHECK(log.take(json) == LineKind::record);
}

TEST_CASE("a plain log turns to JSON only when an Odoo starts") {
    const std::string json =
        R"({"asctime": "2026-11-22 04:02:34,634", "pid": 7, "levelname": "INFO", )"
        R"("dbname": "acme", "name": "odoo", "message": "x"})";
    Log log;
    log.take(kError);
    CHECK(log.take(json) == LineKind::continuation);
    log.take("2026-11-22 04:02:34,634 22561 INFO ? odoo: Odoo version 17.0 ");
    log.take(kLoading);
    CHECK(log.take(json) == LineKind::record);
    CHECK(log.take(json) == LineKind::record);
}
