"""A log that cannot be read says why, and is read from where it was once it can be."""

import os

import pytest

from servers import exporter, process, targets
from servers.access_lines import entry

REQUESTS = "traefik_accesslog_requests_total"
LINES = "erp_exporter_log_lines_total"
ERRORS = "erp_exporter_log_errors_total"


@pytest.fixture
def logs(folder):
    return process.subfolder(folder, "logs")


def config(cache, path, **more):
    return exporter.config_text([targets.traefik("edge", access_log=path, **more),
                                 targets.redis("cache", cache)]) + targets.tenants_of_routers("acme")


def text(lines):
    return b"".join(entry() + b"\n" for _ in range(lines))


def append(path, lines=1):
    with open(path, "ab") as file:
        file.write(text(lines))


def create(path, lines=1):
    return process.write_file(path, text(lines), 0o644)


def wait_until_counted(running, requests):
    page = running.wait_for_page(lambda page: page.value("traefik_up", target="edge") == 1
                                 and page.total(REQUESTS) >= requests
                                 and page.total(LINES, target="edge", result="ok") >= requests,
                                 f"{requests} are counted")
    assert page.total(REQUESTS, tenant="acme") == requests
    assert page.value(LINES, target="edge", result="ok") == requests
    return page


def said(running):
    return [line for line in running.log().splitlines() if "target=edge" in line]


def assert_only_the_log_is_down(running, reason, word):
    page = running.wait_for_page(lambda page: page.value("traefik_up", target="edge") == 0
                                 and page.value(ERRORS, target="edge", reason=reason), f"down for {reason}")
    assert targets.problems(page, "cache", "redis") == []
    assert any(word in line for line in said(running)), running.log()
    assert len(said(running)) <= 3  # once, not at each look
    assert running.get().took < 2


def test_a_log_that_is_not_there_yet_is_read_from_its_first_line(logs, cache, daemon):
    path = logs / "access.log"
    running = daemon(config(cache, path))
    assert_only_the_log_is_down(running, "missing", "no such file")
    create(path, 3)
    wait_until_counted(running, 3)
    assert running.page().total(ERRORS, target="edge", reason="missing") >= 1


def test_a_directory_in_the_logs_place_is_refused(logs, cache, daemon):
    path = process.subfolder(logs, "access.log")
    running = daemon(config(cache, path))
    assert_only_the_log_is_down(running, "not_regular", str(path))
    path.rmdir()
    create(path)
    wait_until_counted(running, 1)


def test_a_fifo_is_not_opened_so_that_nobody_waits_for_us(logs, cache, daemon):
    """A reader of a FIFO that pauses blocks Traefik and, with it, its users."""
    path = logs / "access.log"
    os.mkfifo(path, 0o644)
    process.give(path)
    running = daemon(config(cache, path))
    assert_only_the_log_is_down(running, "not_regular", str(path))
    with pytest.raises(OSError, match="No such device or address"):  # no reader has it open
        os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    path.unlink()
    create(path)
    wait_until_counted(running, 1)


def test_a_log_without_permission_is_read_once_it_is_given(logs, cache, daemon):
    path = create(logs / "access.log", 2)
    path.chmod(0)
    running = daemon(config(cache, path))
    assert_only_the_log_is_down(running, "privilege", "Permission denied")
    path.chmod(0o644)
    wait_until_counted(running, 2)


def test_what_is_written_to_a_deleted_log_still_counts(logs, cache, daemon):
    """Traefik goes on writing to it until it is told; a new file under the name is another log."""
    path = create(logs / "access.log", 2)
    running = daemon(config(cache, path))
    wait_until_counted(running, 2)
    with open(path, "ab") as file:
        path.unlink()
        file.write(text(1))
    wait_until_counted(running, 3)
    create(path, 4)
    page = wait_until_counted(running, 7)
    assert page.value("erp_exporter_log_rotations_total", target="edge", kind="deleted") == 1


@pytest.mark.parametrize("damage", [
    lambda whole: whole[:len(whole) // 2], lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), lambda _: b"",
    lambda _: os.urandom(5000)], ids=["cut", "one bit", "empty", "random"])
def test_a_damaged_snapshot_is_set_aside_and_said(logs, cache, daemon, damage):
    """What it counted is unknown then; the log is still there and is read by the policy of a first start."""
    path = create(logs / "access.log", 3)
    running = daemon(config(cache, path))
    wait_until_counted(running, 3)
    assert running.stop() == 0
    [snapshot] = running.state.rglob("*.snapshot")
    process.write_file(snapshot, damage(snapshot.read_bytes()))
    running.start()
    page = wait_until_counted(running, 3)
    assert page.value(ERRORS, target="edge", reason="snapshot_corrupt") == 1
    assert any("snapshot" in line for line in said(running))
    assert len(list(snapshot.parent.glob("*.refused"))) == 1
    append(path)
    wait_until_counted(running, 4)


def test_what_a_lost_snapshot_leaves_uncounted_is_said(logs, cache, daemon):
    """Where the log was read to is unknown, so that what was written meanwhile is passed over."""
    path = create(logs / "access.log", 3)
    running = daemon(config(cache, path, from_beginning=False))
    running.wait_for_page(lambda page: page.value("traefik_up", target="edge") == 1, "it is read")
    append(path, 2)
    running.wait_for_page(lambda page: page.total(REQUESTS) == 2, "two are counted")
    assert running.stop() == 0
    append(path, 4)
    [snapshot] = running.state.rglob("*.snapshot")
    process.write_file(snapshot, b"damaged")
    running.start()
    page = running.wait_for_page(lambda page: page.value(ERRORS, target="edge", reason="snapshot_corrupt") == 1
                                 and page.value("traefik_up", target="edge") == 1, "it is read again")
    assert page.total(REQUESTS) == 0
    passed_over = str(path.stat().st_size)
    assert any(f"bytes_not_counted_at_most={passed_over}" in line for line in said(running)), running.log()
    process.wait_until(lambda: f"of the {passed_over} bytes in it" in running.get("/").text, "the status page says it")
    append(path)
    running.wait_for_page(lambda page: page.total(REQUESTS) == 1, "what comes is counted")


def test_files_compressed_in_a_way_we_cannot_read_are_named_once(logs, cache, daemon):
    path = create(logs / "access.log", 3)
    for name in ("access.log.1.bz2", "access.log.2.xz", "access.log-20260724.zst"):
        process.write_file(logs / name, os.urandom(5000).replace(b"\n", b"") + b"\n", 0o644)
    running = daemon(config(cache, path))
    page = wait_until_counted(running, 3)
    path.rename(logs / "access.log.1")
    create(path, 2)
    page = wait_until_counted(running, 5)
    assert page.total(LINES, target="edge") == 5
    assert len([line for line in said(running) if "compressed" in line]) == 1, running.log()


def test_what_cannot_be_kept_is_not_counted_until_it_can(logs, cache, daemon):
    """Read and shown, yet not on disk, it would count twice after a crash."""
    path = create(logs / "access.log", 3)
    running = daemon(config(cache, path))
    wait_until_counted(running, 3)
    running.state.chmod(0o500)
    append(path, 2)
    page = running.wait_for_page(lambda page: page.value(ERRORS, target="edge", reason="snapshot"),
                                 "it cannot be written", 20)
    assert page.total(REQUESTS) == 3
    assert any("snapshot cannot be written" in line for line in said(running))
    running.kill()
    running.state.chmod(0o700)
    running.start()
    wait_until_counted(running, 5)


def test_a_second_daemon_on_one_state_directory_says_so_and_waits(logs, cache, daemon):
    """Each would count what the other counts, and write over its snapshot."""
    path = create(logs / "access.log", 2)
    first = daemon(config(cache, path))
    wait_until_counted(first, 2)
    second = daemon(config(cache, path), state=first.state)
    assert_only_the_log_is_down(second, "locked", "another reader has it")
    assert second.page().value("erp_exporter_target_failures_total", target="edge", phase="busy") > 0
    assert "keeps its counts in the same state directory" in second.get("/").text
    append(path)
    wait_until_counted(first, 3)
    assert first.stop() == 0
    append(path)
    wait_until_counted(second, 4)
    assert "the same state directory" not in second.get("/").text


def test_without_from_beginning_only_new_lines_count(logs, cache, daemon):
    path = create(logs / "access.log", 3)
    running = daemon(config(cache, path, from_beginning=False))
    running.wait_for_page(lambda page: page.value("traefik_up", target="edge") == 1, "it is followed")
    append(path, 2)
    wait_until_counted(running, 2)


def test_a_pattern_follows_each_log_that_matches(logs, cache, daemon):
    create(logs / "a.log", 2)
    running = daemon(config(cache, logs / "*.log"))
    wait_until_counted(running, 2)
    create(logs / "b.log", 3)
    wait_until_counted(running, 5)
    assert {labels["file"] for labels, _ in running.page().series(LINES, target="edge")} == {str(logs / "*.log")}
