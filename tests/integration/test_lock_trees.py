"""Who waits for whom, for what and for how long, on real servers of every version."""

import json
import time

import pytest
from servers import exporter, targets, versions
from servers.postgres import Postgres

QUEUE = "UPDATE stock_quant SET n = n + 1 WHERE id = 1"


def estate(server):
    """In acme a queue of three for a row, an ALTER TABLE between readers, a duplicate key of a prepared
    transaction; in globex an advisory lock."""
    for tenant in ("acme", "globex"):
        server.psql(f"CREATE DATABASE {tenant}")
    server.psql("CREATE TABLE stock_quant (id int PRIMARY KEY, n int); INSERT INTO stock_quant VALUES (1, 0);"
                " CREATE SCHEMA archive; CREATE TABLE archive.move (id int);"
                " CREATE TABLE two (id int PRIMARY KEY)", "acme")
    server.psql("BEGIN; INSERT INTO two VALUES (1); PREPARE TRANSACTION 'x'", "acme")
    steps = [("SET application_name = 'odoo-4711'; BEGIN; " + QUEUE, "acme")]
    steps += [(f"SET application_name = 'odoo-{number}'; BEGIN; {QUEUE}", "acme") for number in range(3)]
    steps += [("BEGIN; SELECT * FROM archive.move", "acme"), ("ALTER TABLE archive.move ADD x int", "acme"),
              ("SELECT * FROM archive.move", "acme"), ("INSERT INTO two VALUES (1)", "acme"),
              ("SELECT pg_advisory_lock(7)", "globex"), ("SELECT pg_advisory_lock(7)", "globex")]
    sessions = []
    for sql, database in steps:
        sessions.append(server.session(sql, database))
        time.sleep(0.3)
    return sessions


def waiting(page, **labels):
    return page.value("pg_lock_waiting_sessions", **labels)


@pytest.mark.parametrize("version", [
    pytest.param(major, marks=[] if major in (13, 15, 18) else pytest.mark.long) for major in versions.POSTGRES])
def test_trees_are_told_by_type_table_and_application(folder, daemon, version):
    with Postgres(folder, "own", {"max_prepared_transactions": "5"}, version=version) as server:
        server.create().start().create_monitor()
        root, *_ = estate(server)
        running = daemon(exporter.config_text([targets.postgres("main", server)], ["acme", "globex"]))
        page = running.wait_for_page(
            lambda page: waiting(page, datname="acme") == 6 and page.value(
                "pg_lock_waiting_sessions_by_relation", datname="acme", relation="archive.move",
                mode="accesssharelock"), "six wait, with the names of their tables")
        assert page.value("pg_blocking_tree_depth", datname="acme") == 3
        assert page.value("pg_blocking_tree_blocked_sessions", datname="acme") == 3
        assert page.value("pg_blocking_roots", datname="acme") == 3
        by_type = {labels["locktype"]: value for labels, value in
                   page.series("pg_lock_waiting_sessions_by_type", datname="acme")}
        assert by_type == {"relation": 2, "transactionid": 2, "tuple": 2}
        assert page.value("pg_lock_waiting_sessions_by_type", datname="globex", locktype="advisory") == 1
        by_relation = {(labels["relation"], labels["mode"]): value for labels, value in
                       page.series("pg_lock_waiting_sessions_by_relation", datname="acme", tenant="acme")}
        assert by_relation == {("stock_quant", "exclusivelock"): 2, ("stock_quant", "sharelock"): 1,
                               ("archive.move", "accessexclusivelock"): 1, ("archive.move", "accesssharelock"): 1,
                               ("unresolved", "sharelock"): 1}
        assert page.value("pg_blocking_root_sessions", datname="acme", app="odoo", usename="postgres",
                          root_state="idle in transaction") == 3
        assert page.value("pg_blocking_root_sessions", datname="acme", root_state="prepared") == 1
        assert page.value("pg_blocking_root_transaction_age_seconds", datname="acme", app="odoo") > 3
        assert page.value("pg_blocking_edges", datname="acme", blocker_app="odoo", waiter_app="odoo") == 4
        assert page.value("pg_locks_ungranted_count", datname="acme", mode="exclusivelock") == 2
        assert page.value("pg_advisory_locks_held", datname="globex") == 1
        assert 10 < page.value("pg_lock_table_entries") < page.value("pg_lock_table_capacity")
        # Nobody of ours stays in a tenant's database.
        assert server.psql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'erp_exporter'"
                           " AND datname <> 'postgres'").strip() == "0"
        running.wait_for_page(lambda page: page.value("pg_blocking_episodes_total", datname="acme") == 3, "episodes")
        before = page.value("pg_lock_wait_relation_seconds_total", datname="acme", relation="stock_quant")
        running.wait_for_page(lambda page: page.value(
            "pg_lock_wait_relation_seconds_total", datname="acme", relation="stock_quant") > before + 3, "it grows")
        root.stop()
        page = running.wait_for_page(lambda page: page.value(
            "pg_lock_wait_duration_seconds_count", datname="acme"), "the first of the queue waits no more")
        assert page.value("pg_lock_wait_duration_seconds_sum", datname="acme") > 3


def test_the_report_shows_the_tree_and_how_to_end_it(own_postgres, daemon):
    own_postgres.psql("CREATE DATABASE acme")
    own_postgres.psql("CREATE TABLE stock_quant (id int PRIMARY KEY, n int); INSERT INTO stock_quant VALUES (1, 0)",
                      "acme")
    for _ in range(3):
        own_postgres.session("BEGIN; " + QUEUE, "acme")
        time.sleep(0.3)
    text = exporter.config_text([targets.postgres("main", own_postgres)], limits={"debug": True})
    running = daemon(text)
    running.wait_for_page(lambda page: waiting(page, datname="acme") == 2, "two wait")
    report = running.get("/debug/pg/locks?target=main")
    assert report.status == 200 and report.headers["Content-Type"].startswith("text/plain")
    assert report.text.count(QUEUE) == 3
    sessions = json.loads(running.get("/debug/pg/locks?target=main&format=json").text)["sessions"]
    roots = [session for session in sessions if "wait" not in session]
    assert len(sessions) == 3 and len(roots) == 1
    assert f"SELECT pg_terminate_backend({roots[0]['pid']});" in report.text
    own_postgres.psql(roots[0]["terminate"])
    running.wait_for_page(lambda page: waiting(page, datname="acme") == 1, "one waits")
    assert running.get("/debug/pg/locks").status == 400
    assert running.get("/debug/pg/locks?target=main&format=xml").status == 400
    assert running.get("/debug/pg/locks?target=other").status == 404
    assert running.get("/debug/pg/locks?target=main&x=1").status == 400
    running.configure(text.replace('"debug": true', '"debug": false'))
    assert running.get("/-/reload", method="POST").status == 200
    assert running.get("/debug/pg/locks?target=main").status == 404


def test_the_report_is_text_whatever_encoding_a_query_has(own_postgres, daemon):
    own_postgres.psql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    own_postgres.psql("CREATE TABLE t (id int)", "latin")
    own_postgres.session("BEGIN; LOCK TABLE t", "latin")
    time.sleep(0.3)
    own_postgres.session("SET client_encoding = 'UTF8'; SELECT 'café', * FROM t", "latin")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)], limits={"debug": True}))
    running.wait_for_page(lambda page: waiting(page, datname="latin") == 1, "one waits")
    assert "SELECT 'caf\N{REPLACEMENT CHARACTER}', * FROM t" in running.get(
        "/debug/pg/locks?target=main").body.decode("utf-8")


def test_a_query_that_ends_within_a_character_hides_no_other(own_postgres, daemon):
    """Its last byte begins a character of UTF-8, and there is nothing behind it."""
    own_postgres.psql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    own_postgres.psql("CREATE TABLE t (id int)", "latin")
    own_postgres.session("BEGIN; LOCK TABLE t", "latin")
    time.sleep(0.3)
    waits = own_postgres.session("SET client_encoding = 'UTF8'", "latin")
    waits.child.stdin.write("SELECT * FROM t AS café\\g\n")  # psql sends a semicolon, too
    waits.child.stdin.flush()
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    running.wait_for_page(lambda page: waiting(page, datname="latin") == 1, "one waits")


def test_a_server_without_an_encoding_shows_its_locks_whatever_queries_hold(folder, daemon):
    with Postgres(folder, "ascii") as server:
        server.create("--encoding=SQL_ASCII", "--locale=C").start().create_monitor()
        server.psql("CREATE TABLE t (id int)")
        server.session("BEGIN; LOCK TABLE t")
        time.sleep(0.3)
        server.session(f"SELECT '{'é' * 200}' FROM t")  # cut off after 200 bytes, a character is split
        server.session(f"SELECT ' {'é' * 1000}' FROM t")  # the server keeps 1,023
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        running.wait_for_page(lambda page: waiting(page, datname="postgres") == 2, "two wait")


def test_a_database_that_is_being_copied_is_not_visited_for_names(own_postgres, daemon):
    """A connection would wait in its startup until the copy ends, unseen, in a slot of the server."""
    own_postgres.psql("CREATE DATABASE acme")
    own_postgres.psql("CREATE TABLE stock_quant (id int PRIMARY KEY, n int); INSERT INTO stock_quant VALUES (1, 0)",
                      "acme")
    for _ in range(2):
        own_postgres.session("BEGIN; " + QUEUE, "acme")
        time.sleep(0.3)
    own_postgres.session("CREATE DATABASE copy TEMPLATE acme")  # tries for 5 s, since acme has sessions
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    page = running.wait_for_page(lambda page: waiting(page, datname="acme"), "somebody waits", seconds=3)
    ended = time.monotonic() + 2
    while time.monotonic() < ended:
        assert not any(b"startup" in title or b"authentication" in title for title in own_postgres.commands())
        page = running.page()
        assert page.value("pg_lock_waiting_sessions_by_relation", datname="acme", relation="unresolved") == 1


@pytest.mark.parametrize("version", [15, 18])
def test_a_connection_that_hangs_in_its_start_is_a_part_of_the_tree(folder, daemon, version):
    """Before 18 no view of sessions has it."""
    with Postgres(folder, "own", version=version) as server:
        server.create().start().create_monitor()
        server.psql("CREATE DATABASE acme")
        holder = server.session("SET application_name = 'report-1'; BEGIN; LOCK pg_class IN ACCESS EXCLUSIVE MODE",
                                "acme")
        time.sleep(0.6)
        server.session("SELECT 1", "acme")
        time.sleep(0.6)
        server.session("SET application_name = 'admin'; ALTER DATABASE acme RENAME TO initech")
        running = daemon(exporter.config_text(
            [targets.postgres("main", server)], ["acme"], limits={"debug": True}))
        page = running.wait_for_page(lambda page: sum(
            value for _, value in page.series("pg_lock_waiting_sessions_by_type")) == 2, "two wait")
        roots = {(labels["app"], labels["root_state"]) for labels, _ in page.series("pg_blocking_root_sessions")}
        assert roots == {("report", "idle in transaction")}
        assert page.value("pg_sessions_starting") == 1
        report = running.get("/debug/pg/locks?target=main").text
        assert "LOCK pg_class" in report and "gone" not in report and "prepared" not in report
        holder.send("ROLLBACK")
        running.wait_for_page(lambda page: page.value("pg_sessions_starting") == 0, "it has started")


@pytest.mark.parametrize("version", [
    pytest.param(major, marks=[] if major in (13, 18) else pytest.mark.long) for major in versions.POSTGRES])
@pytest.mark.parametrize("catalog", ["pg_database", "pg_authid"])
def test_who_locks_what_logins_need_is_shown_with_all_behind_him(folder, daemon, version, catalog):
    with Postgres(folder, "own", version=version) as server:
        server.create().start().create_monitor()
        server.psql("CREATE DATABASE acme")
        running = daemon(exporter.config_text([targets.postgres("main", server)], ["acme"], limits={"debug": True}))
        running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        reader = server.session("SET application_name = 'odoo-7'; SELECT 1", "acme")
        server.server.wait_for(lambda: "1" in reader.output.read_text(), "it is in")
        locker = server.session(
            f"SET application_name = 'admin'; BEGIN; LOCK {catalog} IN ACCESS EXCLUSIVE MODE; SELECT 'locked'")
        server.server.wait_for(lambda: "locked" in locker.output.read_text(), "locked")
        reader.send(f"SELECT count(*) FROM {catalog}")
        server.session("SELECT 2", "acme")  # a login
        page = running.wait_for_page(lambda page: waiting(page, datname="acme", tenant="acme") == 1 and sum(
            value for _, value in page.series("pg_lock_waiting_sessions")) == 2, "both wait")
        assert page.value("pg_lock_waiting_sessions_by_relation", datname="acme", relation=catalog,
                          mode="accesssharelock") == 1
        assert page.value("pg_blocking_edges", datname="acme", blocker_app="admin", waiter_app="odoo") == 1
        # The login has no database yet.
        roots = page.series("pg_blocking_root_sessions")
        assert {(labels["datname"], behind) for labels, behind in roots} == {("acme", 1), ("", 1)}
        for labels, _ in roots:
            assert labels["app"] == "admin" and labels["root_state"] == "idle in transaction"
            assert labels["usename"] == ("" if catalog == "pg_authid" else "postgres")
        report = running.get("/debug/pg/locks?target=main").text
        assert report.count("SELECT pg_terminate_backend(") == 1 and report.count("admin/") == 1
        assert "acme: 1 behind" in report and "no database: 1 behind" in report
        # It goes on counting, and forgets nobody when it is over.
        running.wait_for_page(lambda page: (page.value("pg_lock_wait_longest_seconds", datname="acme") or 0) > 5, "5 s")
        locker.send("ROLLBACK")
        page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres") and page.value(
            "pg_lock_wait_duration_seconds_count", datname="acme") == 1, "it is over")


def test_a_table_of_a_hostile_name_is_a_label_and_nothing_else(own_postgres, daemon):
    own_postgres.psql('CREATE DATABASE "we\'ird ""db"')
    own_postgres.psql('CREATE TABLE "a""b\\c\nd" (id int)', "we'ird \"db")
    own_postgres.session('BEGIN; LOCK TABLE "a""b\\c\nd"', "we'ird \"db")
    time.sleep(0.3)
    own_postgres.session('SELECT * FROM "a""b\\c\nd"', "we'ird \"db")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    page = running.wait_for_page(lambda page: page.value(
        "pg_lock_waiting_sessions_by_relation", relation='a"b\\c\nd'), "its name is known")
    assert page.value("pg_lock_access_exclusive_held_seconds", datname="we'ird \"db") > 0


def test_the_lock_table_has_the_room_that_the_server_was_given(primary, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", primary)]))
    page = running.wait_for_page(lambda page: page.value("pg_lock_table_capacity"), "complete")
    capacity = primary.psql("SELECT current_setting('max_locks_per_transaction')::int *"
                            " (current_setting('max_connections')::int"
                            " + current_setting('max_prepared_transactions')::int)")
    assert page.value("pg_lock_table_capacity") == float(capacity)


@pytest.mark.parametrize("version", [
    pytest.param(major, marks=[] if major in (13, 15, 18) else pytest.mark.long) for major in versions.POSTGRES])
def test_a_standby_that_waits_to_replay_is_no_root_but_behind_the_query_in_its_way(folder, daemon, version):
    with Postgres(folder, "main", version=version) as main, Postgres(
            folder, "standby", {"max_standby_streaming_delay": "-1"}, version=version) as standby:
        main.create().start().create_monitor()
        main.psql("CREATE DATABASE acme")
        main.psql("CREATE TABLE stock_quant (id int)", "acme")
        standby.copy_of(main).start()
        running = daemon(exporter.config_text([targets.postgres("standby", standby)], ["acme"]))
        reader = standby.session("SET application_name = 'report-1'; BEGIN; SELECT * FROM stock_quant", "acme")
        standby.server.wait_for(lambda: standby.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'").strip() == "1", "it reads")
        main.psql("ALTER TABLE stock_quant ADD x int", "acme")
        running.wait_for_page(lambda page: waiting(page, datname="acme") == 1, "the replay waits")
        standby.session("SET application_name = 'odoo-7'; SELECT * FROM stock_quant", "acme")
        page = running.wait_for_page(lambda page: waiting(page, datname="acme", tenant="acme") == 2 and page.value(
            "pg_lock_wait_longest_seconds", datname="acme") > 2, "a reader behind it")
        assert page.value("pg_blocking_roots", datname="acme") == 1
        assert page.value("pg_blocking_tree_depth", datname="acme") == 2
        assert page.value("pg_blocking_root_sessions", datname="acme", app="report",
                          root_state="idle in transaction") == 2
        assert page.value("pg_blocking_edges", datname="acme", blocker_app="startup", waiter_app="odoo") == 1
        running.wait_for_page(lambda page: page.value(
            "pg_lock_waiting_sessions_by_relation", datname="acme", relation="stock_quant",
            mode="accessexclusivelock") == 1, "the table's name")
        # One wait of a replay is one, however often it was seen.
        assert page.series("pg_lock_wait_duration_seconds_count", datname="acme") == []
        reader.stop()
        page = running.wait_for_page(lambda page: waiting(page, datname="acme") == 0, "it goes on")
        assert page.value("pg_lock_wait_duration_seconds_count", datname="acme") == 2


def test_beyond_64_waiters_a_sample_is_cut_and_says_so(folder, daemon):
    with Postgres(folder, "own", {"max_connections": "100"}) as server:
        server.create().start().create_monitor()
        server.session("SELECT pg_advisory_lock(7)")
        time.sleep(0.3)
        for _ in range(70):
            server.session("SELECT pg_advisory_lock(7)")
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        page = running.wait_for_page(lambda page: waiting(page, datname="postgres") == 70, "all wait", 30)
        assert page.value("pg_blocking_untraced_sessions_recent_max") == 6
        assert page.value("pg_blocking_tree_blocked_sessions", datname="postgres") == 64
