"""With few file descriptors, targets and logs come first."""

from servers import access_lines, exporter, process, targets
from servers.clients import closing, connect, source


def test_with_64_descriptors_targets_and_scrapes_go_on_under_a_flood(cache, daemon):
    running = daemon(exporter.config_text([targets.redis("cache", cache)]), before=["prlimit", "--nofile=64:64"])
    assert "too few file descriptors" in running.log()
    with closing() as flood:
        for number in range(300):
            flood.append(connect(running.port, source(number)))
            if number % 30 == 29:
                page = running.page()
                assert targets.problems(page, "cache", "redis") == []
        assert page.value("process_max_fds") == 64


def test_with_64_descriptors_logs_are_followed_through_rotations_under_a_flood(folder, daemon):
    logs = [process.write_file(folder / f"access{number}.log", "") for number in range(2)]
    erp = process.write_file(folder / "odoo.log", "")
    entries = [targets.traefik(f"edge{number}", access_log=log) for number, log in enumerate(logs)]
    entries.append(targets.odoo("erp", log=str(erp), http_port=process.free_port()))
    running = daemon(exporter.config_text(entries), before=["prlimit", "--nofile=64:64"])
    assert "too few file descriptors for limits.connections" in running.log()
    lines = [0, 0]

    def write(number):
        with open(logs[number], "ab") as log:
            log.write(access_lines.entry() + b"\n")
        lines[number] += 1

    def counted(page):
        return [page.value("erp_exporter_log_lines_total", target=f"edge{number}", result="ok")
                for number in range(2)] == lines
    with closing() as flood:
        for number in range(300):
            flood.append(connect(running.port, source(number)))
            if number % 50 == 49:
                write(0)
                write(1)
                running.page()
        running.wait_for_page(counted, "all lines are counted")
        for number, path in enumerate(logs):
            path.rename(f"{path}.1")
            process.write_file(path, "")
            write(number)
        running.wait_for_page(counted, "those after the rotation too")
    assert "Too many open files" not in running.log()


def test_targets_that_take_more_descriptors_than_there_are_are_told_of(folder, daemon):
    logs = [process.write_file(folder / f"access{number}.log", "") for number in range(8)]
    running = daemon(exporter.config_text([targets.traefik("edge", access_log="x") | {
        "access_log": [str(log) for log in logs[:4]]}, targets.traefik("other", access_log="x") | {
            "access_log": [str(log) for log in logs[4:]]}]), before=["prlimit", "--nofile=48:48"])
    assert "too few file descriptors for the targets" in running.log()
