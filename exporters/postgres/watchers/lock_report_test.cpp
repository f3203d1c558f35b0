#include "exporters/postgres/watchers/lock_report.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

LockPicture recorded_picture() {
    auto sessions =
        to_lock_sessions(recorded("15/lock_sample"), {{16385, "acme"}, {16386, "globex"}});
    REQUIRE(sessions.has_value());
    std::vector<std::string> relations(sessions->size(), "stock_quant");
    return to_picture(std::move(*sessions), std::move(relations));
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at)
        ++found;
    return found;
}

TEST_CASE("lock report: each session is shown once, under the one it comes after", "[postgres]") {
    const std::string text = lock_report(recorded_picture(), 1795522708, ReportFormat::text);
    CHECK(text.starts_with("lock trees at 2026-11-24 12:18:28 UTC\n"));
    CHECK(count(text, "UPDATE stock_quant") == 4);
    CHECK(count(text, "waits ") == 7);
    CHECK(count(text, "SELECT pg_terminate_backend(") == 3);  // roots that are sessions
    CHECK(count(text, "a prepared transaction") == 1);
    CHECK(text.find("\n      pid ") != std::string::npos);  // the third of the queue
    CHECK(text.find("of stock_quant") != std::string::npos);
}

TEST_CASE("lock report: as JSON it has all sessions and what they wait for", "[postgres]") {
    const std::string text = lock_report(recorded_picture(), 1795522708, ReportFormat::json);
    CHECK(count(text, "\"pid\":") == 10);
    CHECK(count(text, "\"wait\":{") == 7);
    CHECK(text.find("\"relation\":\"stock_quant\"") != std::string::npos);
}

TEST_CASE("lock report: nobody waits, a root is gone, a query that writes lines", "[postgres]") {
    CHECK(lock_report(to_picture({}, {}), 0, ReportFormat::text) ==
          "lock trees at 1970-01-01 00:00:00 UTC\n\nnobody waits for a lock\n");
    LockSession waiting;
    waiting.pid = 2;
    waiting.datname = "acme";
    waiting.query = "SELECT 1;\n  pid 7  forged";
    waiting.wait = LockWait{3, {1}, "relation", "accesssharelock", 20000, ""};
    const std::string text =
        lock_report(to_picture({waiting}, {"stock_move"}), 0, ReportFormat::text);
    CHECK(text.find("pid 1 is gone") != std::string::npos);
    CHECK(text.find("SELECT 1;   pid 7  forged\n") != std::string::npos);
    CHECK(lock_report(to_picture({}, {}), 0, ReportFormat::json) ==
          "{\"taken\":0.000,\"sessions\":[\n]}\n");
}

TEST_CASE("lock report: a query of another encoding or that would command a terminal is valid text",
          "[postgres]") {
    LockSession waiting;
    waiting.pid = 2;
    waiting.wait = LockWait{3, {0}, "relation", "accesssharelock", 20000, ""};
    for (const auto& [query, shown] :
         {std::pair{"caf\xE9\xFF!", "caf\uFFFD\uFFFD!"},
          std::pair{"a\xC2\x9B"
                    "31mb",
                    "a 31mb"},
          std::pair{"a\x7F\x1B[0mb", "a  [0mb"},
          std::pair{"a\u202Eb\u2066c\u061Cd\u200Fe\u2028f", "a b c d e f"},
          std::pair{"\u00A0 \u20AC \U0001F600", "\u00A0 \u20AC \U0001F600"}}) {
        waiting.query = query;
        const std::string text = lock_report(to_picture({waiting}, {""}), 0, ReportFormat::text);
        CHECK(text.find(std::string("  ") + shown + "\n") != std::string::npos);
    }
}

TEST_CASE("lock report: how to end a session is told only to who may see what it does",
          "[postgres]") {
    LockSession waiting;
    waiting.pid = 2;
    waiting.datname = "acme";
    waiting.state = "active";
    waiting.wait = LockWait{3, {1}, "relation", "accesssharelock", 20000, ""};
    LockSession root;
    root.pid = 1;
    root.datname = "acme";
    root.query = "<insufficient privilege>";
    for (const ReportFormat format : {ReportFormat::text, ReportFormat::json}) {
        const std::string text =
            lock_report(to_picture({waiting, root}, {"stock_move", ""}), 0, format);
        CHECK(text.find("<insufficient privilege>") != std::string::npos);
        CHECK(text.find("pg_terminate_backend(1)") == std::string::npos);
    }
    root.state = "idle in transaction";  // one that writes this text itself is not spared
    CHECK(lock_report(to_picture({waiting, root}, {"stock_move", ""}), 0, ReportFormat::text)
              .find("SELECT pg_terminate_backend(1);") != std::string::npos);
}

TEST_CASE("lock report: a deadlock is shown, once, and named", "[postgres]") {
    const auto session = [](int pid, std::vector<int> blockers) {
        LockSession waiting;
        waiting.pid = pid;
        waiting.datname = "acme";
        waiting.wait = LockWait{3, std::move(blockers), "transactionid", "sharelock", 20000, ""};
        return waiting;
    };
    const std::string text = lock_report(
        to_picture({session(4, {3}), session(2, {1}), session(1, {2, 3}), session(3, {1})},
                   {"queue", "second", "first", "third"}),
        0, ReportFormat::text);
    CHECK(count(text, "acme: 3 behind, in a deadlock, ") == 1);
    CHECK(text.find("\n  pid 1 ") != std::string::npos);
    CHECK(count(text, "waits 3.0 s for transactionid sharelock of ") == 4);
    for (const std::string_view shown : {"pid 1 ", "pid 2 ", "pid 3 ", "pid 4 ", "of first"})
        CHECK(count(text, shown) == 1);
}

TEST_CASE("lock report: each database is shown behind what is prepared in it", "[postgres]") {
    const auto session = [](int pid, std::string datname, int blocker) {
        LockSession waiting;
        waiting.pid = pid;
        waiting.datname = std::move(datname);
        waiting.wait = LockWait{3, {blocker}, "transactionid", "sharelock", 20000, ""};
        return waiting;
    };
    const std::string prepared = lock_report(
        to_picture({session(2, "acme", 0), session(3, "globex", 0)}, {"first", "second"}), 0,
        ReportFormat::text);
    CHECK(count(prepared, "a prepared transaction") == 2);
    CHECK(prepared.find("first", prepared.find("acme: 1 behind")) <
          prepared.find("globex: 1 behind"));
    for (const std::string_view shown : {"pid 2 ", "pid 3 "})
        CHECK(count(prepared, shown) == 1);
    // One session behind which two databases wait, is shown once.
    const std::string shared = lock_report(
        to_picture({session(2, "acme", 1), session(3, "globex", 1)}, {"first", "second"}), 0,
        ReportFormat::text);
    CHECK(count(shared, "\nacme: 1 behind, globex: 1 behind\n") == 1);
    for (const std::string_view shown : {"pid 1 is gone", "pid 2 ", "pid 3 "})
        CHECK(count(shared, shown) == 1);
}

TEST_CASE("lock report: those whose blockers were not asked for are shown apart", "[postgres]") {
    LockSession prepared;
    prepared.pid = 2;
    prepared.datname = "acme";
    prepared.wait = LockWait{3, {0}, "transactionid", "sharelock", 20000, ""};
    LockSession untraced = prepared;
    untraced.pid = 3;
    untraced.wait->blockers.clear();
    untraced.wait->traced = false;
    const std::string text =
        lock_report(to_picture({prepared, untraced}, {"", ""}), 0, ReportFormat::text);
    CHECK(text.find("acme: 1 behind") != std::string::npos);
    CHECK(text.find("behind whom is not known: 1\n  pid 3 ") != std::string::npos);
}

}  // namespace
}  // namespace erp::postgres
