"""The worker and its crew: hung, killed, fat, worn, refused; every page comes out once and nothing stays behind."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import threading
import time as clock
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.browser import running_browser
from crawler.crew import Browsing, Crew, Job
from crawler.errors import BrowserUnavailable
from crawler.model import Choice, Memory, Reason, Visit, VisitStatus
from crawler.patience import LOCAL_TIME
from crawler.scan import scan_pages
from crawler.settings import ScanSettings
from crawler.tab import Deadline, Tab
from crawler.turns import Turns
from tests.crawler.test_browser import wait_until_gone
from tests.plugins.serving import LocalSite, Reply

ROOT = Path(__file__).resolve().parents[2]
PAGE = '<!doctype html><html lang="nl"><title>Pagina</title><main><h1>Kop</h1><p>Tekst</p>{}</main></html>'
HOG = PAGE.format(
    "<script>const held = []; while (held.length < 1500) held.push(new Uint8Array(1e6).fill(1)); while (true);</script>"
)


@pytest.fixture
def settings(tmp_path: Path) -> ScanSettings:
    return ScanSettings(
        work_dir=tmp_path,
        tabs=1,
        delay_s=0,
        navigation_s=3.0,
        script_s=3.0,
        wall_s=8.0,
        stall_s=4.0,
        settle_cap_s=2.0,
        back_off_s=0.2,
    )


def now() -> datetime:
    return datetime.now(UTC)


def visit_all(urls: list[str], settings: ScanSettings) -> list[Visit]:
    return list(scan_pages(urls, settings, memory=Memory(), now=now))


def states(visits: list[Visit]) -> dict[str, tuple[VisitStatus, Reason | None]]:
    return {visit.url.rpartition("/")[2]: (visit.status, visit.reason) for visit in visits}


def workers_under(folder: Path) -> list[int]:
    """Numbers of the worker processes of this test's own children."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _is_worker(entry) and folder.exists()
    ]


def _is_worker(entry: Path) -> bool:
    with contextlib.suppress(OSError):
        parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        return parent == os.getpid() and b"crawler.worker" in (entry / "cmdline").read_bytes()
    return False


@pytest.mark.browser
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_dies_or_hangs_costs_no_page(
    blow: signal.Signals, settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    site = serve({f"/{number}": PAGE.format("") for number in range(5)})
    urls = [f"{site.url}/{number}" for number in range(5)]
    settings = replace(settings, allow=frozenset({site.allow}), wall_s=4.0, stall_s=2.0)
    seen: list[Visit] = []
    for visit in scan_pages(urls, settings, memory=Memory(), now=now):
        if not seen:
            for pid in workers_under(settings.work_dir):
                os.kill(pid, blow)
        seen.append(visit)
    assert sorted(visit.url for visit in seen) == urls
    assert {visit.status for visit in seen} == {VisitStatus.SCANNED}
    assert wait_until_gone(settings.work_dir) == []
    assert list((settings.work_dir / "browsers").iterdir()) == []


@pytest.mark.browser
def test_a_memory_hog_costs_its_page_and_not_the_browser(
    settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    site = serve({"/a": PAGE.format(""), "/vraat": HOG, "/b": PAGE.format("")})
    settings = replace(
        settings, allow=frozenset({site.allow}), page_memory_bytes=500_000_000, navigation_s=10, wall_s=20
    )
    visits = visit_all([f"{site.url}/{path}" for path in ("a", "vraat", "b")], settings)
    assert states(visits) == {
        "a": (VisitStatus.SCANNED, None),
        "vraat": (VisitStatus.FAILED, Reason.CRASHED),
        "b": (VisitStatus.SCANNED, None),
    }


@pytest.mark.browser
def test_a_page_beyond_the_size_limit_is_cut_off_and_named(
    settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    site = serve({"/groot": "<!doctype html><p>" + "x" * 3_000_000, "/b": PAGE.format("")})
    settings = replace(settings, allow=frozenset({site.allow}), max_page_bytes=1_000_000)
    visits = visit_all([f"{site.url}/groot", f"{site.url}/b"], settings)
    assert states(visits) == {"groot": (VisitStatus.FAILED, Reason.TOO_LARGE), "b": (VisitStatus.SCANNED, None)}


@pytest.mark.browser
def test_a_browser_is_replaced_after_its_number_of_pages(
    settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    site = serve({"/": PAGE.format("")})
    settings = replace(settings, allow=frozenset({site.allow}), browser_pages=2)
    job = Job(tuple(Choice(f"{site.url}/?n={number}", "listed") for number in range(5)), settings, None)
    events = list(Crew(job, now=now).events())
    assert sum(isinstance(event, Browsing) for event in events) == 3
    assert [event.status for event in events if isinstance(event, Visit)] == [VisitStatus.SCANNED] * 5


@pytest.mark.browser
def test_a_window_that_a_page_opens_is_closed(settings: ScanSettings, serve: Callable[..., LocalSite]) -> None:
    site = serve({"/": PAGE.format("")})
    settings = replace(settings, allow=frozenset({site.allow}))
    with running_browser(settings) as browser:
        tab = Tab(browser, browser.new_context(), settings)
        tab.open(f"{site.url}/", Deadline(10))
        tab.main.call("Runtime.evaluate", {"expression": "open('/?venster'), 1", "userGesture": True})
        end = clock.monotonic() + 5
        while clock.monotonic() < end:
            targets = browser.connection.call("Target.getTargets")["targetInfos"]
            opened = [target for target in targets if target.get("openerId")]
            if not opened and "/?venster" in site.asked:
                break
            clock.sleep(0.05)
        assert opened == []


@pytest.mark.browser
def test_a_busy_site_is_asked_again_after_the_pause_that_it_names(
    settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    answers = itertools.chain(
        [Reply("", status=429, headers=(("Retry-After", "1"),))], itertools.repeat(PAGE.format(""))
    )
    asked_at: list[float] = []

    def busy(_: str) -> str | Reply:
        asked_at.append(clock.monotonic())
        return next(answers)

    site = serve({"/druk": busy})
    visits = visit_all([f"{site.url}/druk"], replace(settings, allow=frozenset({site.allow})))
    assert states(visits) == {"druk": (VisitStatus.SCANNED, None)}
    assert asked_at[1] - asked_at[0] >= 1.0


@pytest.mark.browser
def test_a_site_that_refuses_three_pages_in_a_row_is_left_alone(
    settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    site = serve({f"/{number}": Reply("<h1>Access denied</h1>", status=403) for number in range(8)})
    visits = visit_all(
        [f"{site.url}/{number}" for number in range(8)], replace(settings, allow=frozenset({site.allow}))
    )
    assert {visit.status for visit in visits} == {VisitStatus.BLOCKED}
    assert {visit.reason for visit in visits} == {Reason.WAF}
    assert len([path for path in site.asked if path not in ("/favicon.ico", "/robots.txt")]) == 3


@pytest.mark.browser
def test_outside_its_hours_a_site_is_not_asked(settings: ScanSettings, serve: Callable[..., LocalSite]) -> None:
    site = serve({"/": PAGE.format("")})
    local = now().astimezone(LOCAL_TIME)
    window = ((local + timedelta(hours=2)).time(), (local + timedelta(hours=3)).time())
    visits = visit_all([f"{site.url}/"], replace(settings, allow=frozenset({site.allow}), window=window))
    assert [(visit.status, visit.reason) for visit in visits] == [(VisitStatus.SKIPPED, Reason.STOPPED)]
    assert site.asked == []


def test_a_worker_that_can_not_begin_is_named_with_the_remedy(settings: ScanSettings, tmp_path: Path) -> None:
    script = tmp_path / "no-browser"
    script.write_text("#!/bin/sh\necho Chromium 1.2.3.4\n")
    script.chmod(0o755)
    with pytest.raises(BrowserUnavailable, match="did not start"):
        visit_all(["http://127.0.0.1:9/"], replace(settings, chromium=str(script), allow=frozenset({"127.0.0.1:9"})))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "turns"


def test_turns_at_one_host_are_taken_one_by_one_with_a_pause_across_processes(folder: Path) -> None:
    program = (
        "import sys, threading, time; from pathlib import Path; from crawler.turns import Turns\n"
        "turns = Turns(Path(sys.argv[1]), 0.2, threading.Event())\n"
        "for _ in range(3):\n"
        "    with turns.take(['voorbeeld.example', '192.0.2.1']):\n"
        "        begun = time.time(); time.sleep(0.05); print(begun, time.time(), flush=True)\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    lines = [line for process in running for line in process.communicate(timeout=60)[0].splitlines()]
    spans = sorted(tuple(map(float, line.split())) for line in lines)
    assert len(spans) == 6
    pauses = [later[0] - earlier[1] for earlier, later in itertools.pairwise(spans)]
    assert min(pauses) >= 0.19


def test_a_turn_of_a_dead_process_is_free_again(folder: Path) -> None:
    program = (
        "import sys, threading, time; from pathlib import Path; from crawler.turns import Turns\n"
        "with Turns(Path(sys.argv[1]), 0, threading.Event()).take(['a']): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    begun = clock.monotonic()
    with Turns(folder, 0, threading.Event()).take(["a"]):
        assert clock.monotonic() - begun < 5


def test_another_host_does_not_wait(folder: Path) -> None:
    turns = Turns(folder, 30.0, threading.Event())
    with turns.take(["a"]):
        pass
    begun = clock.monotonic()
    with turns.take(["b"]):
        assert clock.monotonic() - begun < 5
