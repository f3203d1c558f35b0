"""What /proc, odoo.conf and the data directory tell of an Odoo; the processes are made up, /proc is not."""

import os
import signal

import pytest

from servers import exporter, process
from servers.odoo_processes import OdooProcesses
from servers.prefork import network_namespace

QUICK = {"processes": {"interval": "1s"}, "directories": {"interval": "1s"}}
TENANTS = ("acme", "globex")


def target(tree=None, name="erp", **more):
    entry = {"name": name, "exporter": "odoo", "collectors": QUICK, **more}
    return {**entry, "config": str(tree.config)} if tree else entry


@pytest.fixture
def odoo(folder):
    with OdooProcesses(folder, server_wide_modules="base,web,queue_job", limit_time_cpu=60,
                       admin_passwd="topsecret-7f3a9c") as tree:
        tree.start()
        process.wait_until(lambda: len(tree.workers()) == 3, "it has read its settings")
        yield tree


def counts(page):
    return {labels["type"]: value for labels, value in page.series("odoo_workers")}


def seen(running, **wanted):
    """The first page with these numbers of workers."""
    return running.wait_for_page(lambda page: counts(page) == wanted, f"workers are {wanted}")


ALL = {"http": 3, "cron": 2, "gevent": 1, "jobrunner": 1}


def test_roles_are_told_by_titles(odoo, daemon):
    page = seen(daemon(exporter.config_text([target(odoo)])), **ALL)
    assert page.value("odoo_workers_configured", type="http") == 3
    assert page.value("odoo_workers_configured", type="cron") == 2
    assert page.value("odoo_limit_bytes", limit="memory_hard", source="process") == 2684354560
    assert page.value("odoo_limit_bytes", limit="memory_soft", source="default") == 2147483648
    assert page.value("odoo_limit_seconds", limit="cpu", source="file") == 60
    assert 50 < page.value("odoo_worker_cpu_left_seconds", type="http") <= 60
    assert page.value("odoo_worker_virtual_memory_max_bytes", type="http") > 1e6
    assert page.value("odoo_source_up", source="processes") == 1
    assert "topsecret" not in page.text


def test_sockets_are_looked_for_where_the_master_is(folder, daemon):
    with network_namespace(f"erpm{os.getpid()}") as name, OdooProcesses(folder, http_port=8069) as odoo:
        odoo.start(namespace=name)
        there = target(odoo, http_port=8069, network_namespace="process")
        page = daemon(exporter.config_text([there])).wait_for_page(
            lambda page: page.value("odoo_source_up", source="sockets") == 1, "its listener is seen")
        assert page.value("odoo_up") == 1
        assert [labels["sockets"] for labels, _ in page.series("odoo_http_server_info")] == ["proc"]
        daemon(exporter.config_text([there]), capability="sys_admin").wait_for_page(
            lambda page: page.series("odoo_http_server_info", sockets="sock_diag"), "with the right, by sock_diag")


def test_without_titles_niceness_and_arguments_tell(folder, daemon):
    with OdooProcesses(folder, titles=False, server_wide_modules="web,queue_job") as odoo:
        odoo.start()
        # The job runner cannot be told from an HTTP worker then, which HELP says.
        seen(daemon(exporter.config_text([target(odoo)])), http=4, cron=2, gevent=1)


def test_a_killed_worker_is_an_end_a_start_and_its_cpu_time_stays(odoo, daemon):
    running = daemon(exporter.config_text([target(odoo)]))
    before = seen(running, **ALL)
    cpu = before.value("odoo_worker_cpu_seconds_total", type="http")
    worker = odoo.workers()[0]
    os.kill(worker, signal.SIGUSR1)
    used = running.wait_for_page(lambda page: page.value("odoo_worker_cpu_seconds_total", type="http") > cpu + 0.3,
                                 "its CPU time is seen").value("odoo_worker_cpu_seconds_total", type="http")
    os.kill(worker, signal.SIGKILL)
    after = running.wait_for_page(
        lambda page: page.value("odoo_process_starts_total", type="http") == 1 and counts(page) == ALL,
        "another one is there")
    assert after.value("odoo_process_ends_total", type="http") == 1
    assert after.value("odoo_process_ends_total", type="cron") == 0
    assert after.value("odoo_worker_cpu_seconds_total", type="http") >= used
    assert after.value("odoo_worker_youngest_age_seconds", type="http") < \
        after.value("odoo_worker_oldest_age_seconds", type="http")


def test_cpu_time_of_what_a_worker_started_is_its_own(odoo, daemon):
    running = daemon(exporter.config_text([target(odoo)]))
    cpu = seen(running, **ALL).value("odoo_worker_cpu_seconds_total", type="cron")
    os.kill(odoo.workers("odoo: WorkerCron")[0], signal.SIGUSR2)
    running.wait_for_page(lambda page: page.value("odoo_worker_cpu_seconds_total", type="cron") >= cpu + 0.45,
                          "the report's CPU time is the cron worker's")


def test_signals_change_the_workers_and_not_what_is_configured(odoo, daemon):
    running = daemon(exporter.config_text([target(odoo)]))
    seen(running, **ALL)
    odoo.server.signal(signal.SIGTTIN)
    page = seen(running, **{**ALL, "http": 4})
    assert page.value("odoo_workers_configured", type="http") == 3


def test_a_restart_by_sighup_reads_the_settings_again(odoo, daemon):
    running = daemon(exporter.config_text([target(odoo)]))
    before = seen(running, **ALL)
    odoo.configure(workers=2, max_cron_threads=1)
    odoo.server.signal(signal.SIGHUP)
    page = seen(running, http=2, cron=1, gevent=1, jobrunner=0)
    page = running.wait_for_page(lambda page: page.value("odoo_workers_configured", type="http") == 2,
                                 "the settings are the new ones")
    assert page.value("odoo_process_ends_total", type="jobrunner") == 1
    assert abs(page.value("odoo_start_time_seconds") - before.value("odoo_start_time_seconds")) < 0.5


def test_a_restart_is_another_start_time(odoo, daemon):
    running = daemon(exporter.config_text([target(odoo)]))
    before = seen(running, **ALL)
    odoo.stop()
    gone = running.wait_for_page(lambda page: page.value("odoo_source_up", source="processes") == 0,
                                 "the master is gone")
    assert not gone.series("odoo_workers")
    odoo.start()
    after = seen(running, **ALL)
    assert after.value("odoo_start_time_seconds") > before.value("odoo_start_time_seconds")
    assert after.value("odoo_process_ends_total", type="http") == 3


def test_of_a_master_known_by_its_port_the_counts_stay_when_it_is_gone(folder, daemon):
    port = process.free_port()
    with OdooProcesses(folder, http_port=port) as odoo:
        odoo.start()
        running = daemon(exporter.config_text([target(http_port=port)]))
        seen(running, http=3, cron=2, gevent=1)
        odoo.stop()
        gone = running.wait_for_page(lambda page: page.value("odoo_source_up", source="processes") == 0,
                                     "the master is missed")
        assert gone.value("odoo_process_ends_total", type="http") == 3
        assert gone.value("odoo_up") == 0


def test_two_on_one_host_are_told_apart_by_port_or_file(folder, daemon):
    ports = [process.free_port(), process.free_port()]
    with OdooProcesses(folder, "blue", workers=1, http_port=ports[0]) as blue, \
            OdooProcesses(folder, "green", workers=2, http_port=ports[1]) as green:
        blue.start()
        green.start()
        running = daemon(exporter.config_text(
            [target(name="blue", http_port=ports[0]), target(green, "green"), target(name="neither", cgroup="of-nobody")]))
        page = running.wait_for_page(
            lambda page: page.total("odoo_workers", target="blue", type="http") == 1 and
            page.total("odoo_workers", target="green", type="http") == 2, "each has its own")
        assert page.value("odoo_source_up", target="neither", source="processes") == 0
        assert not page.series("odoo_workers", target="neither")


def test_an_odoo_conf_that_we_may_not_read_invents_no_defaults(odoo, daemon):
    odoo.config.chmod(0)
    os.chown(odoo.config, 0, 0)
    page = seen(daemon(exporter.config_text([target(odoo)])), **ALL)
    assert page.value("odoo_settings_known") == 0
    assert not page.series("odoo_workers_configured")
    assert not page.series("odoo_limit_seconds")
    assert page.value("odoo_limit_bytes", limit="memory_hard", source="process") == 2684354560


def test_an_odoo_in_a_namespace_of_its_own_is_seen_from_the_host(folder, daemon):
    with OdooProcesses(folder, workers=2) as odoo:
        odoo.start(before=["unshare", "--user", "--pid", "--fork", "--kill-child"])
        seen(daemon(exporter.config_text([target(odoo)])), http=2, cron=2, gevent=1)


class DataDir:
    def __init__(self, folder):
        self.path = process.subfolder(folder, "data")
        for name in ("filestore", "sessions"):
            process.subfolder(self.path, name)

    def write(self, name, size=0):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * size)
        for path in (file, *file.parents):
            if path == self.path:
                break
            process.give(path)


@pytest.fixture
def data(folder):
    return DataDir(folder)


def test_filestores_of_known_databases_and_sessions(data, odoo, daemon):
    data.write("filestore/acme/ab/abcd", 100)
    data.write("filestore/acme/cd/cdef", 20)
    data.write("filestore/globex/ab/abcd", 7)
    data.write("filestore/a backup/ab/abcd", 5)
    data.write("sessions/werkzeug_1.sess")
    data.write("sessions/ab/abcd")
    os.utime(data.path / "sessions/ab/abcd", (1, 1))
    running = daemon(exporter.config_text([target(odoo, data_dir=str(data.path))], TENANTS))
    page = running.wait_for_page(lambda page: page.value("odoo_filestore_complete") == 1, "all are counted")
    assert page.value("odoo_filestore_bytes", datname="acme", tenant="acme") == 120
    assert page.value("odoo_filestore_files", datname="acme") == 2
    assert page.value("odoo_filestore_bytes", datname="globex") == 7
    assert page.value("odoo_filestore_bytes", datname="_unknown") == 5
    assert "a backup" not in page.text
    assert page.value("odoo_sessions", store="file") == 2
    assert page.value("odoo_sessions_recent", store="file") == 1
    size = os.statvfs(data.path)
    assert page.value("odoo_filesystem_size_bytes") == size.f_blocks * size.f_frsize
    assert 0 < page.value("odoo_filesystem_free_bytes") <= page.value("odoo_filesystem_size_bytes")
    data.write("filestore/acme/ef/ef01", 3)
    running.wait_for_page(lambda page: page.value("odoo_filestore_bytes", datname="acme") == 123,
                          "the next round sees what came")


def test_the_data_directory_of_odoo_conf_is_taken(data, odoo, daemon):
    data.write("filestore/acme/ab/abcd", 9)
    odoo.configure(data_dir=data.path)
    running = daemon(exporter.config_text([target(odoo)], TENANTS))
    running.wait_for_page(lambda page: page.value("odoo_filestore_bytes", datname="acme") == 9,
                          "the directory is known from the settings")


@pytest.mark.skipif(os.geteuid() != 0, reason="makes folders of another user")
def test_a_filestore_that_we_may_not_read_is_absent_and_said(data, odoo, daemon):
    data.write("filestore/acme/ab/abcd", 9)
    data.write("filestore/globex/ab/abcd", 9)
    os.chown(data.path / "filestore/globex/ab", 0, 0)
    (data.path / "filestore/globex/ab").chmod(0o700)
    running = daemon(exporter.config_text([target(odoo, data_dir=str(data.path))], TENANTS))
    page = running.wait_for_page(lambda page: page.value("odoo_filestore_complete") == 0, "a round is over")
    assert page.value("odoo_filestore_bytes", datname="acme") == 9
    assert page.value("odoo_filestore_bytes", datname="globex") is None
    assert page.value("odoo_source_up", source="directories") == 0
    assert page.value("odoo_filesystem_free_bytes") > 0
    process.wait_until(lambda: "Permission denied" in running.log(), "the reason is logged")
