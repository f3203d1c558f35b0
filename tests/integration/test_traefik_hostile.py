"""An access log in which attackers, a broken disk and chance have written."""

import threading

import pytest

from servers import exporter, process, targets
from servers.access_lines import UNMATCHED, common, entry
from servers.prometheus import check_metrics

MARK = "ev1l"  # in each text that a client chose
REQUESTS = "traefik_accesslog_requests_total"
LINES = "erp_exporter_log_lines_total"
THOUSANDS = 3000


def with_raw(old, new):
    """A sound entry in which bytes are replaced."""
    line = entry()
    assert old in line
    return line.replace(old, new)


# Each is one line for the reader, and none may change what the sound ones around it say.
WORTHLESS = [
    b"", b"{}", b"null", b"[]", b'"text"', b"{", b"\x00" * 200, b"\xef\xbb\xbf", b"no json at all", entry()[:-1],
    entry()[:200], b"[" * 100_000, b'{"a":' * 100_000, b"{" + b'"a":{' * 500 + b"}" * 501,
    with_raw(b'"DownstreamStatus":200', b'"DownstreamStatus":99999999999999999999'),
    with_raw(b'"DownstreamStatus":200', b'"DownstreamStatus":{"a":[200]}'),
    with_raw(b'"ClientUsername":"-"', b'"ClientUsername":"\x1b[31m"'),
    with_raw(b'"ClientUsername":"-"', b'"ClientUsername":"\xff\xfe' + MARK.encode() + b'"'),
    b'{"level":"error","message":"' + MARK.encode() + b'","time":"2026-11-22T03:42:22Z"}',
]
# Sound JSON of one request each, whose numbers and texts are not to be believed.
DOUBTFUL = [
    entry(Duration=-1), entry(Duration=2**63 - 1), entry(OriginDuration=10**18), entry(Overhead=-(10**18)),
    entry(DownstreamContentSize=-5), entry(RequestContentSize=2**63 - 1), entry(RequestCount=2**64 - 1),
    entry(RequestCount=0), entry(StartUTC="9999-99-99T99:99:99Z"), entry(StartUTC=MARK), entry(Duration="12"),
    with_raw(b'"Duration":12000000', b'"Duration":1e400'), with_raw(b'"Duration":12000000', b'"Duration":1.5'),
    with_raw(b'"DownstreamStatus":200', b'"DownstreamStatus":200,"DownstreamStatus":599'),
    with_raw(b'"RouterName":"odoo-acme@file"', b'"RouterName":"odoo-acme@file","RouterName":"odoo-globex@file"'),
    entry(Extra={"a": [{"b": MARK}] * 50}), entry(RequestPath="/" + MARK * 200_000), entry(RequestPath=None),
    entry(DownstreamStatus=1), entry(DownstreamStatus=99999), entry(DownstreamStatus=-200), entry(TLSVersion="9.9"),
    entry(RequestProtocol=MARK), entry(TLSCipher="none"), entry(RequestPath='/a"b"\\\x7f\u2028'),
]
# What a client can choose; it must not become a label.
CHOSEN = [
    {"ClientUsername": f'"{MARK}"\r\n\x00\x1b[31m'}, {"RequestMethod": MARK.upper()},
    {"RequestHost": f"{MARK}.example"},
    {"RequestPath": f"/{MARK}/\u202e\U0001f600?a=<&>"}, {"ClientHost": f"{MARK}, 10.0.0.1"}, {"RequestPort": MARK},
    {"request_User-Agent": f'" {MARK} "'}, {"RequestProtocol": f"HTTP/{MARK}"}, {"TLSClientSubject": f"CN={MARK}"},
]


@pytest.fixture
def log(folder):
    return process.write_file(folder / "access.log", b"", 0o644)


@pytest.fixture
def running(daemon, log):
    started = daemon(exporter.config_text([targets.traefik("edge", access_log=log, histograms="full")])
                     + targets.tenants_of_routers("acme", "globex"))
    started.wait_for_page(lambda page: page.value("traefik_up", target="edge") == 1, "the log is followed")
    return started


class Writer:
    """Appends lines, and waits until the page accounts for all of them."""

    def __init__(self, log, running):
        self.log = log
        self.running = running
        self.written = 0

    def write(self, lines):
        with open(self.log, "ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))
        self.written += len(lines)
        return self.running.wait_for_page(lambda page: page.total(LINES, target="edge") >= self.written,
                                          f"{self.written} lines are read", 60)


@pytest.fixture
def writer(log, running):
    return Writer(log, running)


def series(page):
    return {name + str(sorted(pairs)) for name, pairs in page.samples if name.startswith("traefik_")}


def assert_page_is_sound(running, page, written):
    assert page.total(LINES, target="edge") == written
    assert MARK not in page.text.lower()
    complaints = check_metrics(running.get("/probe?target=edge").text)
    assert [line for line in complaints if line.startswith("traefik_")] == []
    assert page.value("traefik_up", target="edge") == 1
    assert page.total("traefik_accesslog_parse_errors_total", target="edge") == page.total(
        LINES, target="edge", result="malformed")


def test_worthless_lines_cost_nobody_a_request(running, writer):
    lines = [line for bad in WORTHLESS for line in (entry(), bad, entry())]
    page = writer.write(lines)
    assert_page_is_sound(running, page, len(lines))
    assert page.total(REQUESTS, tenant="acme") == page.total(LINES, result="ok") == 2 * len(WORTHLESS)


def test_a_line_of_a_megabyte_is_one_line(running, writer):
    page = writer.write([entry(), entry(RequestPath="/" + MARK * (1 << 20)), entry()])
    assert_page_is_sound(running, page, 3)
    assert page.total(REQUESTS, tenant="acme", **{"class": "interactive"}) == 2
    assert page.total(LINES, result="oversize") == 1


def test_doubtful_numbers_do_not_reach_durations_and_sizes(running, writer):
    lines = [*DOUBTFUL, entry()]
    page = writer.write(lines)
    assert_page_is_sound(running, page, len(lines))
    assert page.total(REQUESTS) == page.total(LINES, result="ok")
    day = 86400 * len(lines)
    for family in ("request_duration_seconds", "upstream_duration_seconds", "overhead_seconds"):
        assert 0 <= page.total(f"traefik_accesslog_{family}_sum") < day, family
    assert 0 <= page.total("traefik_accesslog_response_bytes_total") <= 512 * len(lines)
    codes = {labels["code"] for labels, _ in page.series(REQUESTS)}
    assert codes <= {"200", "599", "other"}


def test_no_text_of_a_client_becomes_a_label(running, writer):
    before = series(writer.write([entry(), entry(**UNMATCHED)]))
    lines = [entry(**chosen) for chosen in CHOSEN] + [entry(**{**UNMATCHED, **chosen}) for chosen in CHOSEN]
    page = writer.write(lines)
    assert_page_is_sound(running, page, writer.written)
    assert page.total(REQUESTS) == writer.written
    once = series(page)
    # Their kinds may be new (a foreign protocol, an unknown host); ever more of them are not.
    assert len(once - before) < 300
    more = [{key: f"{value}{number}" for key, value in chosen.items()} for number in range(THOUSANDS)
            for chosen in CHOSEN]
    page = writer.write([entry(**chosen) for chosen in more] + [entry(**{**UNMATCHED, **chosen}) for chosen in more])
    assert_page_is_sound(running, page, writer.written)
    assert page.total(REQUESTS) == writer.written
    assert len(series(page) - once) < 300


def test_each_page_accounts_for_the_lines_it_says_were_read(log, running):
    """Also while lines come: what is said of the reader is not newer than what was counted."""
    stopping = threading.Event()

    def keep_writing():
        with open(log, "ab") as file:
            while not stopping.wait(0.001):
                file.write((entry() + b"\n") * 20)
                file.flush()

    thread = threading.Thread(target=keep_writing)
    thread.start()
    try:
        seen = 0
        for _ in range(200):
            page = running.page()
            read = page.total(LINES, result="ok")
            assert page.total(REQUESTS) >= read >= seen
            seen = read
        assert seen > 0
    finally:
        stopping.set()
        thread.join()


def test_ever_more_routers_services_and_servers_end_in_other(running, writer):
    """A controller that makes a router for each deployment does so for years."""
    def batch(start):
        return [entry(RouterName=f"r{number}@docker", ServiceName=f"s{number}@docker", entryPointName=f"e{number}",
                      ServiceAddr=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}:80", TLSCipher=f"C{number}")
                for number in range(start, start + THOUSANDS)]
    writer.write(batch(0))
    before = series(writer.write(batch(THOUSANDS)))
    page = writer.write(batch(2 * THOUSANDS))
    assert_page_is_sound(running, page, writer.written)
    assert page.total(REQUESTS) == writer.written
    assert series(page) - before == set()
    assert page.value("erp_exporter_series", target="edge") <= 50_000
    assert page.total("erp_exporter_series_dropped_total", target="edge") > 0


def test_router_names_with_any_character_are_labels_as_they_are(running, writer):
    names = ['a"b@file', "a\\b@file", "a\nb@file", "m\u00fcller@file", "x" * 300 + "@file", "p@file -> c@file",
             "<&>@file"]
    page = writer.write([entry(RouterName=name) for name in names])
    assert_page_is_sound(running, page, len(names))
    shown = {labels["router"] for labels, _ in page.series(REQUESTS)}
    assert {"m\u00fcller@file", "<&>@file"} <= shown


def test_users_of_the_common_format_can_cut_lines_and_forge_none(running, writer):
    """A user name with a line feed makes two lines of one: a stump, and a rest that is the request."""
    cut = common(user=b"a\n" + MARK.encode(), status=401)
    hostile = [
        common(user=f'{MARK} "GET / HTTP/1.1" 200 1'),
        common(path=f'/{MARK}?q="x"%20200%201%20"-"%201%20"odoo-globex@file"'),
        common(agent=f'{MARK}" 7 "odoo-globex@file" "http://x" 1ms'), common(agent=b"\xff\xfe\x00\x1b"),
        common(method=MARK.upper(), path=b"/\xc0\xaf"), common(referer='-" "-" 1 "odoo-globex@file" "-" 1ms'),
    ]
    lines = [common(), *cut.split(b"\n"), *hostile, common()]
    page = writer.write(lines)
    assert_page_is_sound(running, page, len(lines))
    assert page.total(LINES, result="malformed") == 1
    assert page.total(REQUESTS, tenant="acme") == page.total(REQUESTS) == len(lines) - 1
    assert page.total(REQUESTS, tenant="globex") == 0
