"""Visits through the front door of the crawler: what a page does decides its state, and the next page is scanned."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.model import Finding, Memory, Outcome, Plan, Reason, Visit, VisitStatus
from crawler.scan import scan_pages
from crawler.settings import ScanSettings
from tests.crawler.test_browser import processes_of, wait_until_gone
from tests.plugins.serving import LocalSite, Reply, serve_pages

pytestmark = pytest.mark.browser

PAGE = '<!doctype html><html lang="nl"><title>Pagina</title><main><h1>Kop</h1><a href="/">Thuis</a>{}</main></html>'
BAD = PAGE.format('<img src="/foto.png">')
SHADOW = """<div id="gast"></div><script>
document.getElementById('gast').attachShadow({mode: 'open'}).innerHTML = '<img src="/foto.png">';</script>"""
LATE = """<div id="laat"></div><script>addEventListener('load', () => setTimeout(() => fetch('/stuk')
.then(r => r.text())
.then(t => setTimeout(() => { document.getElementById('laat').innerHTML = t; }, 100)), 150));</script>"""
HOSTILE_GLOBALS = """<script>Promise = 1; JSON = 2; Array.prototype.map = 3; Map = 4; Symbol = 5; setTimeout = 6;
window.getComputedStyle = () => ({}); MutationObserver = 7; Node = 8; Function.prototype.bind = 9;
Object.defineProperty(window, 'axe', {value: 1, writable: false});</script>"""
DIALOGS = """<script>alert(1); confirm(2); prompt(3);
addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'blijf'; });</script>"""


def pages_of(elsewhere: str, hanging: str) -> dict[str, str | bytes | Reply]:
    """The site: what each page does, told by its name; `elsewhere` is the same server under another host name.

    `hanging` is a host of its own, as the browser keeps all frames of one host in one process.
    """
    return {
        "/": PAGE.format("<p>Welkom</p>"),
        "/fout": BAD,
        "/stuk": Reply('<img src="/foto.png" id="late-foto">', delay_s=0.1),
        "/laat": PAGE.format(LATE),
        "/schaduw": PAGE.format(SHADOW),
        "/kader": PAGE.format('<iframe title="kader" src="/fout"></iframe>'),
        "/kader-elders": PAGE.format(f'<iframe title="elders" src="{elsewhere}/kader"></iframe>'),
        "/kader-dicht": PAGE.format('<iframe title="dicht" sandbox src="/fout"></iframe>'),
        "/kader-kapot": PAGE.format('<iframe title="kapot" src="http://127.0.0.1:9/"></iframe>'),
        "/kader-hangt": PAGE.format(f'<iframe title="hangt" src="{hanging}/lus"></iframe>'),
        "/zandbak": Reply(BAD, headers=(("Content-Security-Policy", "sandbox"),)),
        "/streng": Reply(
            BAD, headers=(("Content-Security-Policy", "default-src 'none'; require-trusted-types-for 'script'"),)
        ),
        "/vermomd": PAGE.format(HOSTILE_GLOBALS + '<img src="/foto.png">'),
        "/dialogen": BAD + DIALOGS,
        "/klein": PAGE.format(
            '<button style="width:9px;height:9px;padding:0">a</button>'
            '<button style="width:9px;height:9px;padding:0">b</button>'
        ),
        "/lus": PAGE.format("<script>while (true);</script>"),
        "/lus-later": PAGE.format("<script>setTimeout(() => { while (true); }, 50);</script>"),
        "/zwijgt": Reply("x", delay_s=30),
        "/half": PAGE.format('<img src="/foto.png"><img alt="traag" src="/zwijgt">'),
        "/404": Reply(BAD, status=404),
        "/500": Reply("", status=500),
        "/niets": Reply("", status=204),
        "/leeg": PAGE.format("").replace("Kop", "").replace("Thuis", ""),
        "/brief.pdf": Reply(b"%PDF-1.4 x", content_type="application/pdf"),
        "/data": Reply("{}", content_type="application/json"),
        "/pak": Reply(b"PK", content_type="application/zip"),
        "/slot": Reply("x", status=401, headers=(("WWW-Authenticate", "Basic realm=x"),)),
        "/kring": Reply("", status=302, headers=(("Location", "/kring"),)),
        "/binnen": Reply("", status=302, headers=(("Location", "http://10.255.255.1/"),)),
        "/bestand": Reply("", status=302, headers=(("Location", "file:///etc/passwd"),)),
        "/verhuisd": PAGE.format("<script>location.replace('/fout');</script>"),
    }


EXPECTED: dict[str, tuple[VisitStatus, Reason | None]] = {
    "/": (VisitStatus.SCANNED, None),
    "/fout": (VisitStatus.SCANNED, None),
    "/laat": (VisitStatus.SCANNED, None),
    "/schaduw": (VisitStatus.SCANNED, None),
    "/kader": (VisitStatus.SCANNED, None),
    "/kader-elders": (VisitStatus.SCANNED, None),
    "/kader-dicht": (VisitStatus.SCANNED, None),
    "/kader-kapot": (VisitStatus.SCANNED, None),
    "/kader-hangt": (VisitStatus.PARTIAL, Reason.TIMEOUT_NAV),
    "/zandbak": (VisitStatus.SCANNED, None),
    "/streng": (VisitStatus.SCANNED, None),
    "/vermomd": (VisitStatus.SCANNED, None),
    "/dialogen": (VisitStatus.SCANNED, None),
    "/klein": (VisitStatus.SCANNED, None),
    "/lus": (VisitStatus.FAILED, Reason.TIMEOUT_SCRIPT),
    "/lus-later": (VisitStatus.FAILED, Reason.TIMEOUT_SCRIPT),
    "/zwijgt": (VisitStatus.FAILED, Reason.TIMEOUT_NAV),
    "/half": (VisitStatus.PARTIAL, Reason.TIMEOUT_NAV),
    "/404": (VisitStatus.FAILED, Reason.HTTP_4XX),
    "/500": (VisitStatus.FAILED, Reason.HTTP_5XX),
    "/niets": (VisitStatus.FAILED, Reason.EMPTY),
    "/leeg": (VisitStatus.FAILED, Reason.EMPTY),
    "/brief.pdf": (VisitStatus.SKIPPED, Reason.NOT_HTML),
    "/data": (VisitStatus.SKIPPED, Reason.NOT_HTML),
    "/pak": (VisitStatus.SKIPPED, Reason.DOWNLOAD),
    "/slot": (VisitStatus.SKIPPED, Reason.LOGIN),
    "/kring": (VisitStatus.FAILED, Reason.REDIRECT_LOOP),
    "/binnen": (VisitStatus.BLOCKED, Reason.PRIVATE_ADDRESS),
    "/bestand": (VisitStatus.FAILED, Reason.UNREACHABLE),
    "/verhuisd": (VisitStatus.SCANNED, None),
}


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[LocalSite, LocalSite]]:
    loop = PAGE.format("<script>while (true);</script>")
    with serve_pages({}) as running, serve_pages({"/lus": loop}, host="127.0.0.2") as hanging:
        running.pages.update(pages_of(running.url.replace("127.0.0.1", "localhost"), hanging.url))
        yield running, hanging


@pytest.fixture(scope="module")
def site(sites: tuple[LocalSite, LocalSite]) -> LocalSite:
    return sites[0]


@pytest.fixture(scope="module")
def settings(sites: tuple[LocalSite, LocalSite], tmp_path_factory: pytest.TempPathFactory) -> ScanSettings:
    site, hanging = sites
    port = site.allow.split(":")[1]
    return ScanSettings(
        work_dir=tmp_path_factory.mktemp("scan"),
        allow=frozenset({f"127.0.0.1:{port}", f"localhost:{port}", hanging.allow}),
        tabs=3,
        delay_s=0,
        navigation_s=3.0,
        script_s=3.0,
        wall_s=20.0,
        settle_cap_s=3.0,
    )


@pytest.fixture(scope="module")
def visits(site: LocalSite, settings: ScanSettings) -> dict[str, Visit]:
    urls = [site.url + path for path in EXPECTED]
    scanned = scan_pages(urls, settings, memory=Memory(), now=lambda: datetime.now(UTC))
    return {visit.url.removeprefix(site.url): visit for visit in scanned}


def failures(visit: Visit) -> list[Finding]:
    return [found for found in visit.findings if found.outcome is Outcome.FAIL and not found.best_practice]


@pytest.mark.parametrize("path", EXPECTED)
def test_every_page_ends_in_its_own_state_and_reason(path: str, visits: dict[str, Visit]) -> None:
    assert (visits[path].status, visits[path].reason) == EXPECTED[path], visits[path].detail


def test_a_clean_page_has_no_failures(visits: dict[str, Visit]) -> None:
    assert failures(visits["/"]) == []


@pytest.mark.parametrize("path", ["/fout", "/zandbak", "/streng", "/vermomd", "/dialogen", "/half", "/verhuisd"])
def test_the_missing_alt_is_found_whatever_the_page_does(path: str, visits: dict[str, Visit]) -> None:
    found = failures(visits[path])
    assert [finding.rule for finding in found] == ["image-alt"]
    assert found[0].criteria == ("1.1.1",)
    assert found[0].clauses == ("9.1.1.1",)
    assert "23a2a8" in found[0].act
    assert found[0].impact == "critical"
    assert found[0].snippet == '<img src="/foto.png">'


def test_content_that_is_drawn_late_is_judged(visits: dict[str, Visit]) -> None:
    assert [finding.target.selector for finding in failures(visits["/laat"])] == ["#late-foto"]


def test_a_finding_in_a_shadow_root_names_its_host(visits: dict[str, Visit]) -> None:
    (found,) = failures(visits["/schaduw"])
    assert found.target.path == ("#gast",)
    assert found.target.selector == "img"


def test_findings_in_frames_name_every_frame_on_the_way(visits: dict[str, Visit]) -> None:
    (near,) = failures(visits["/kader"])
    (far,) = failures(visits["/kader-elders"])
    assert near.target.frames == ("iframe",)
    assert far.target.frames == ("iframe", "iframe")


@pytest.mark.parametrize("path", ["/kader-dicht", "/kader-kapot", "/kader-hangt"])
def test_a_frame_that_is_not_reached_is_said_and_never_a_failure(path: str, visits: dict[str, Visit]) -> None:
    visit = visits[path]
    assert failures(visit) == []
    untested = [finding for finding in visit.findings if finding.rule == "frame-not-tested"]
    assert [finding.outcome for finding in untested] == [Outcome.CANNOT_TELL]
    assert "iframe" in untested[0].target.selector


def test_target_size_is_judged(visits: dict[str, Visit]) -> None:
    assert {finding.rule for finding in failures(visits["/klein"])} == {"target-size"}


def test_a_page_that_moves_on_is_filed_under_both_addresses(visits: dict[str, Visit], site: LocalSite) -> None:
    assert visits["/verhuisd"].url == f"{site.url}/verhuisd"
    assert visits["/verhuisd"].final_url == f"{site.url}/fout"


def test_a_sandboxed_page_is_marked(visits: dict[str, Visit]) -> None:
    facts = visits["/zandbak"].facts
    assert facts is not None
    assert any("content security policy" in note for note in facts.notes)


def test_what_is_no_page_is_never_judged(visits: dict[str, Visit]) -> None:
    unjudged = [visit for visit in visits.values() if visit.status not in (VisitStatus.SCANNED, VisitStatus.PARTIAL)]
    judged = (VisitStatus.SCANNED, VisitStatus.PARTIAL)
    assert len(unjudged) == sum(status not in judged for status, _ in EXPECTED.values())
    assert all(visit.findings == () and visit.raw is None for visit in unjudged)


def test_the_engines_own_json_is_kept(visits: dict[str, Visit]) -> None:
    raw = visits["/fout"].raw
    assert raw is not None
    assert json.loads(raw)["axe-core"]["violations"][0]["id"] == "image-alt"


def test_the_facts_of_a_page_are_told(visits: dict[str, Visit], site: LocalSite) -> None:
    facts = visits["/fout"].facts
    assert facts is not None
    assert facts.language == "nl"
    assert facts.links == (f"{site.url}/",)
    assert facts.outline == ("main", "h1 Kop")
    assert len(facts.content_hash) == 64
    assert visits["/fout"].title == "Pagina"
    assert visits["/fout"].http_status == 200


def test_finished_pages_are_not_visited_again(site: LocalSite, settings: ScanSettings) -> None:
    urls = [f"{site.url}/", f"{site.url}/fout"]
    memory = Memory(finished=frozenset(urls))
    before = list(site.asked)
    assert list(scan_pages(urls, settings, memory=memory, now=lambda: datetime.now(UTC))) == []
    assert set(site.asked[len(before) :]) == {"/robots.txt"}


def test_a_browser_that_is_killed_in_mid_scan_costs_no_page(site: LocalSite, settings: ScanSettings) -> None:
    folder = settings.work_dir / "killed"
    urls = [f"{site.url}/?n={number}" for number in range(6)]
    seen: list[Visit] = []
    plans: list[Plan] = []
    scan = scan_pages(
        urls,
        replace(settings, work_dir=folder, tabs=2),
        memory=Memory(),
        now=lambda: datetime.now(UTC),
        watch=plans.append,
    )
    for visit in scan:
        if not seen:
            for pid in processes_of(folder):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        seen.append(visit)
    assert sorted(visit.url for visit in seen) == urls
    assert {visit.status for visit in seen} == {VisitStatus.SCANNED}
    assert len(plans[0].sample) == 6
    assert wait_until_gone(folder) == []


def test_a_scan_that_is_given_up_leaves_nothing_running(site: LocalSite, settings: ScanSettings) -> None:
    folder = settings.work_dir / "given-up"
    scan = scan_pages(
        [f"{site.url}/", f"{site.url}/zwijgt"],
        replace(settings, work_dir=folder),
        memory=Memory(),
        now=lambda: datetime.now(UTC),
    )
    next(scan)
    scan.close()  # type: ignore[attr-defined]
    assert wait_until_gone(folder) == []
