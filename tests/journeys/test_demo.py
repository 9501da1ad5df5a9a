"""The demonstration as a newcomer meets it: started, looked at, stopped, started again."""

from __future__ import annotations

import re
import signal
import socket
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.plugins.programs import Program, run_program
from toegankelijk import registry, scans
from toegankelijk.config import DATABASE_FILE
from toegankelijk.demo.defects import FoundBy, read_defects
from toegankelijk.demo.prepare import NIS_CODE
from toegankelijk.scans import PageRow
from toegankelijk.storage.session import Database

pytestmark = pytest.mark.browser

DEMO = ["-m", "toegankelijk.demo", "--port", "0", "--site-port", "0"]
READY = "Ctrl-C stops the demo"
SCAN_S = 150.0


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demonstration has scanned the example website."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    with run_program([*DEMO, "--scan-only"], folder) as demo:
        demo.wait_for("demo: scan complete", seconds=SCAN_S)
        assert demo.process.wait(20) == 0
        assert demo.left_behind() == []
    return folder


@pytest.fixture
def database(scanned: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{scanned / DATABASE_FILE}")
    yield found
    found.close()


def platform_of(demo: Program) -> str:
    return str(re.findall(r"platform +(http://127\.0\.0\.1:\d+)/", demo.told)[0])


def read(opener: urllib.request.OpenerDirector, address: str, form: dict[str, str] | None = None) -> str:
    data = urllib.parse.urlencode(form).encode() if form else None
    with opener.open(address, data) as answer:
        body: bytes = answer.read()
    return body.decode()


def target_of(address: str) -> str:
    """Path and query of an address."""
    parts = urllib.parse.urlsplit(address)
    return parts._replace(scheme="", netloc="").geturl()


def pages_by_target(database: Database) -> dict[str, PageRow]:
    with database.reading() as session:
        body = registry.find_municipality(session, NIS_CODE)
        assert body is not None
        scan = scans.current_scan(session, registry.sites_of(session, body.id)[0].id)
        assert scan is not None
        rows = scans.pages_of(session, scan.id)
        assert scan.counts["discovered"] == len(rows)
    return {target_of(row.url): row for row in rows}


@pytest.mark.parametrize(("outcome", "found_by"), [("fail", FoundBy.AXE), ("cannot_tell", FoundBy.AXE_REVIEW)])
def test_the_scan_finds_exactly_the_known_defects(database: Database, outcome: str, found_by: FoundBy) -> None:
    known = Counter((defect.page, defect.rule) for defect in read_defects() if defect.found_by is found_by)
    with database.reading() as session:
        body = registry.find_municipality(session, NIS_CODE)
        assert body is not None
        scan = scans.current_scan(session, registry.sites_of(session, body.id)[0].id)
        assert scan is not None
        found = Counter(
            (target_of(row.url), total.engine_rule)
            for total in scans.rule_totals(session, scan.id)
            if total.outcome == outcome and not total.best_practice
            for row in scans.findings_of(session, scan.id, rule=total.rule, outcome=outcome, limit=1000)
        )
    assert found == known


def test_every_address_of_the_example_ends_in_the_state_it_should(database: Database) -> None:
    pages = pages_by_target(database)
    assert {path for path, row in pages.items() if row.reason == "robots"} == {"/intern/nota/"}
    assert {path for path, row in pages.items() if row.reason == "http-4xx"} == {"/documenten/belastingen-2019/"}
    scanned = {path for path, row in pages.items() if row.status == "scanned"}
    assert {defect.page for defect in read_defects()} <= scanned


def test_a_second_start_serves_what_is_kept_and_ends_at_ctrl_c(
    scanned: Path, start_program: Callable[..., Program]
) -> None:
    demo = start_program(DEMO, scanned)
    demo.wait_for(READY, seconds=30)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    report = read(opener, f"{platform_of(demo)}/gemeenten/{NIS_CODE}")
    assert demo.cpu_seconds() < 5
    assert "is kept" in demo.told
    assert "Voorbeeldegem" in report
    assert "VOORBEELD" in report
    assert "1.1.1" in report
    assert demo.end(signal.SIGINT, seconds=15) == 0
    assert demo.left_behind() == []


def test_the_printed_account_opens_the_administration(scanned: Path, start_program: Callable[..., Program]) -> None:
    demo = start_program(DEMO, scanned)
    demo.wait_for(READY, seconds=30)
    email, password = re.findall(r"(admin@\S+) +(\S+)", demo.told)[0]
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    form = read(opener, f"{platform_of(demo)}/aanmelden")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    fields = re.findall(r'<input[^>]* name="(\w+)"', form)
    email_field = next(name for name in fields if "mail" in name)
    password_field = next(name for name in fields if "password" in name or "wachtwoord" in name)
    home = read(opener, f"{platform_of(demo)}/aanmelden", {**hidden, email_field: email, password_field: password})
    assert "Afmelden" in home
    assert demo.end(signal.SIGTERM, seconds=15) == 0
    assert demo.left_behind() == []


def test_a_busy_port_is_named_and_another_one_taken(scanned: Path, start_program: Callable[..., Program]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = start_program(["-m", "toegankelijk.demo", "--port", str(port), "--site-port", str(port)], scanned)
        told = demo.wait_for(READY, seconds=30)
        assert f"port {port} is in use by another program; the example website takes another" in told
        assert re.search(rf"port {port} cannot be used .*; the platform takes another", told)
        assert f":{port}/" not in platform_of(demo) + "/"
        assert demo.end(signal.SIGINT, seconds=15) == 0


def test_ctrl_c_during_the_scan_leaves_no_process_and_the_next_start_scans_again(
    tmp_path: Path, start_program: Callable[..., Program]
) -> None:
    demo = start_program(DEMO, tmp_path / "data")
    demo.wait_for("\n2/", seconds=SCAN_S)
    assert demo.end(signal.SIGINT, seconds=30) == 0
    assert demo.left_behind() == []
    again = start_program(DEMO, tmp_path / "data")
    again.wait_for("demo: scanning", seconds=30)
    assert again.end(signal.SIGTERM, seconds=30) == 0
    assert again.left_behind() == []


def test_a_data_folder_that_cannot_be_written_is_named_with_the_remedy(
    tmp_path: Path, start_program: Callable[..., Program]
) -> None:
    file = tmp_path / "data"
    file.write_text("not a folder", "utf-8")
    demo = start_program(DEMO, file)
    demo.wait_for("TOEGANKELIJK_DATA_DIR", seconds=30)
    assert demo.process.wait(10) == 1
