#include "exporters/postgres/watchers/lock_picture.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/watchers/lock_waits.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

const std::map<std::uint32_t, std::string> kDatabases{{16385, "acme"}, {16386, "globex"}};

bool anybody(const std::string& /*datname*/) {
    return true;
}

/// A row queue of three on stock_quant, an ALTER TABLE behind a reader with a reader behind it, an
/// advisory lock, and a row that a prepared transaction holds.
LockPicture recorded_picture(RelationNames& names) {
    auto sessions = to_lock_sessions(recorded("15/lock_sample"), kDatabases);
    REQUIRE(sessions.has_value());
    std::vector<std::string> relations;
    for (const LockSession& session : *sessions)
        relations.push_back(relation_of(session, names, Clock::now()));
    return to_picture(std::move(*sessions), std::move(relations));
}

std::string recorded_page() {
    RelationNames names;
    (void)recorded_picture(names);  // asks for the names of acme
    const auto wanted = names.wanted(anybody);
    REQUIRE(wanted.has_value());
    CHECK(wanted->datname == "acme");
    const Rows answer = rows_of("16387\tstock_quant\n16393\tarchive.move\n");
    names.learn(*wanted, &answer, Clock::now());
    Samples samples;
    show(recorded_picture(names), samples);
    return page_of(std::move(samples));
}

TEST_CASE("lock picture: a recorded estate shows its trees", "[postgres]") {
    RelationNames names;
    const LockPicture picture = recorded_picture(names);
    const Blocking acme = picture.forest.of("acme");
    CHECK(acme.waiting == 6);
    CHECK(acme.roots == 3);
    CHECK(acme.depth == 3);
    CHECK(acme.widest_tree == 3);
    CHECK(picture.forest.of("globex").waiting == 1);
}

TEST_CASE("lock picture: waits have the table they are about, also those for a row", "[postgres]") {
    const std::string page = recorded_page();
    const std::string by_relation = R"(pg_lock_waiting_sessions_by_relation{datname="acme",)";
    CHECK(has_line(page, by_relation + R"(relation="stock_quant",mode="exclusivelock"} 2)"));
    CHECK(has_line(page, by_relation + R"(relation="stock_quant",mode="sharelock"} 1)"));
    CHECK(has_line(page, by_relation + R"(relation="archive.move",mode="accessexclusivelock"} 1)"));
    // A duplicate key waits for a transaction and holds no lock of a row.
    CHECK(has_line(page, by_relation + R"(relation="unresolved",mode="sharelock"} 1)"));
    CHECK(has_line(page,
                   R"(pg_lock_waiting_sessions_by_type{datname="globex",locktype="advisory"} 1)"));
}

TEST_CASE("lock picture: roots and edges are told by application, without worker numbers",
          "[postgres]") {
    const std::string page = recorded_page();
    CHECK(has_line(page, R"(pg_blocking_root_sessions{datname="acme",app="odoo",)"
                         R"(usename="postgres",root_state="idle in transaction"} 3)"));
    CHECK(has_line(page, R"(pg_blocking_root_sessions{datname="acme",app="_none",usename="",)"
                         R"(root_state="prepared"} 1)"));
    CHECK(has_line(page, R"(pg_blocking_root_sessions{datname="globex",app="psql",)"
                         R"(usename="postgres",root_state="other"} 1)"));
    CHECK(has_line(page,
                   R"(pg_blocking_edges{datname="acme",blocker_app="odoo",waiter_app="odoo"} 4)"));
    CHECK(page.find("pg_blocking_root_info{") == std::string::npos);  // none blocks for 30 s
}

TEST_CASE("lock picture: a root that blocks for more than half a minute has a name", "[postgres]") {
    LockSession waiting;
    waiting.pid = 2;
    waiting.datname = "acme";
    waiting.wait = LockWait{31, {1}, "relation", "accesssharelock", 20000, ""};
    LockSession root;
    root.pid = 1;
    root.datname = "acme";
    root.usename = "odoo";
    root.application = "odoo";
    root.client = "10.0.0.1";
    root.state = "idle in transaction";
    const LockPicture picture = to_picture({waiting, root}, {"stock_move", ""});
    Samples samples;
    show(picture, samples);
    const std::string page = page_of(std::move(samples));
    CHECK(has_line(page,
                   R"(pg_blocking_root_info{datname="acme",pid="1",usename="odoo",app="odoo",)"
                   R"(client_addr="10.0.0.1",state="idle in transaction",relation="stock_move",)"
                   R"(mode="accesssharelock"} 1)"));
}

TEST_CASE("lock picture: only what has no pid is a prepared transaction", "[postgres]") {
    LockSession waiting;
    waiting.pid = 2;
    waiting.datname = "acme";
    waiting.wait = LockWait{3, {1}, "relation", "accesssharelock", 20000, ""};
    for (const auto& [pid, state] : {std::pair{0, "prepared"}, std::pair{1, "other"}}) {
        waiting.wait->blockers = {pid};
        Samples samples;
        show(to_picture({waiting}, {"stock_move"}), samples);
        const std::string page = page_of(std::move(samples));
        CHECK(page.find(std::string("root_state=\"") + state) != std::string::npos);
    }
}

/// What PostgreSQL 15 says on a standby: the startup process waits behind a reader in acme and
/// keeps another waiting; pg_stat_activity has no database, state or transaction of it.
TEST_CASE("lock picture: a standby that waits to replay is behind who is in its way",
          "[postgres]") {
    auto sessions = to_lock_sessions(recorded("15/lock_sample_standby"), kDatabases);
    REQUIRE(sessions.has_value());
    REQUIRE(sessions->size() == 3);
    const LockPicture picture = to_picture(std::move(*sessions), std::vector<std::string>(3));
    const Blocking acme = picture.forest.of("acme");
    CHECK(acme.waiting == 2);
    CHECK(acme.roots == 1);
    CHECK(acme.depth == 2);
    Samples samples;
    show(picture, samples);
    const std::string page = page_of(std::move(samples));
    CHECK(has_line(page, R"(pg_blocking_root_sessions{datname="acme",app="report",)"
                         R"(usename="postgres",root_state="idle in transaction"} 2)"));
    CHECK(has_line(page, R"(pg_blocking_edges{datname="acme",blocker_app="startup",)"
                         R"(waiter_app="psql"} 1)"));
}

TEST_CASE("lock sample: what was not asked and what is not known is told apart from nothing",
          "[postgres]") {
    const auto sessions = to_lock_sessions(
        rows_of("7\t1\tu\ta\t\\N\tactive\t1\tq\t\\N\t\\N\trelation\tsharelock\t\\N\t\\N\n"
                "8\t1\tu\ta\t\\N\tactive\t1\tq\t2\t\trelation\tsharelock\t\\N\t\\N\n"
                "9\t1\tu\ta\t\\N\tactive\t1\tq\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\n"),
        {});
    REQUIRE(sessions.has_value());
    REQUIRE(sessions->at(0).wait);
    CHECK_FALSE(sessions->at(0).wait->traced);
    CHECK_FALSE(sessions->at(0).wait->dated);
    REQUIRE(sessions->at(1).wait);
    CHECK(sessions->at(1).wait->traced);
    CHECK(sessions->at(1).wait->seconds == 2);
    CHECK_FALSE(sessions->at(2).wait);
}

TEST_CASE(
    "lock sample: a database that is not known yet has no name, and no table of it is looked up",
    "[postgres]") {
    const auto sessions = to_lock_sessions(
        rows_of("7\t17000\tu\ta\t\\N\tactive\t1\tq\t2\t9\trelation\tsharelock\t20000\t\\N\n"),
        kDatabases);
    REQUIRE(sessions.has_value());
    CHECK(sessions->at(0).datname.empty());
    RelationNames names;
    CHECK(relation_of(sessions->at(0), names, Clock::now()) == "unresolved");
    CHECK_FALSE(names.wanted(anybody));
}

TEST_CASE("lock sample: a reply of another shape is an error", "[postgres]") {
    CHECK(to_lock_sessions(rows_of("x"), {}).has_error());
    // A server that makes up chains must not lead us along them for ever.
    const std::string rest = "\t1\tu\ta\t\\N\tactive\t1\tq\t2\t9\trelation\tsharelock\t\\N\t\\N\n";
    CHECK(to_lock_sessions(rows_of("7" + rest + "7" + rest), {}).has_error());
    std::string many;
    for (int pid = 1; pid <= 65; ++pid) {
        if (pid == 65) CHECK(to_lock_sessions(rows_of(many), {}).has_value());
        many += std::to_string(pid) + rest;
    }
    CHECK(to_lock_sessions(rows_of(many), {}).has_error());
}

TEST_CASE("relation names: what has none is not asked for again for a while", "[postgres]") {
    RelationNames names;
    const auto now = Clock::now();
    CHECK_FALSE(names.find(5, "acme", 20000, now));
    names.learn(*names.wanted(anybody), nullptr, now);
    CHECK_FALSE(names.find(5, "acme", 20000, now + 29s));
    CHECK_FALSE(names.wanted(anybody));
    CHECK_FALSE(names.find(5, "acme", 20000, now + 31s));
    REQUIRE(names.wanted(anybody));
    CHECK(names.wanted(anybody)->statement().parameters ==
          std::vector<std::string>{"{20000}", "5"});
    const Rows rows = rows_of("20000\tstock_move\n");
    names.learn(*names.wanted(anybody), &rows, now + 31s);
    CHECK(names.find(5, "acme", 20000, now + 10min) == "stock_move");
    CHECK_FALSE(names.wanted(anybody));
    // It may have been renamed since: asked for again, and shown meanwhile.
    CHECK(names.find(5, "acme", 20000, now + 11min) == "stock_move");
    CHECK(names.wanted(anybody));
    // Under another name the number may be another cluster's.
    CHECK_FALSE(names.find(5, "umbrella", 20000, now + 11min));
    CHECK(names.wanted(anybody)->datname == "umbrella");
    CHECK_FALSE(names.find(5, "acme", 20000, now + 11min));
    // One that may not be asked does not keep the next from its turn.
    CHECK_FALSE(names.find(6, "globex", 20000, now + 11min));
    const auto next = names.wanted([](const std::string& datname) { return datname != "acme"; });
    REQUIRE(next);
    CHECK(next->datname == "globex");
}

}  // namespace
}  // namespace erp::postgres
