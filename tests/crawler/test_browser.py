"""The browser as a process: it dies with its owner, leaves nothing behind, and can't go round the guard."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.browser import attached_driver, running_browser
from crawler.devtools import BrowserGone, DevToolsError, DevToolsTimeout
from crawler.errors import BrowserUnavailable
from crawler.settings import ScanSettings
from crawler.tab import Deadline, PageProblem, Tab
from tests.plugins.serving import LocalSite, Reply

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> ScanSettings:
    return ScanSettings(work_dir=tmp_path, navigation_s=3.0, script_s=2.0, wall_s=10.0, settle_cap_s=2.0)


def processes_of(folder: Path) -> list[int]:
    """Numbers of the living processes that were started with a path under `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if str(folder).encode() in command and state != "Z" and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def wait_until_gone(folder: Path, seconds: float = 10.0) -> list[int]:
    end = time.monotonic() + seconds
    while (left := processes_of(folder)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def test_a_closed_browser_leaves_no_process_and_no_folder(settings: ScanSettings) -> None:
    with running_browser(settings) as browser:
        assert browser.is_alive()
        assert processes_of(settings.work_dir)
    assert wait_until_gone(settings.work_dir) == []
    assert list((settings.work_dir / "browsers").iterdir()) == []


def test_a_browser_dies_with_its_killed_owner(settings: ScanSettings) -> None:
    program = (
        "import sys, time; from pathlib import Path; from crawler.browser import launch;"
        "from crawler.settings import ScanSettings;"
        "launch(ScanSettings(work_dir=Path(sys.argv[1]))); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(settings.work_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "up\n"
        owner.send_signal(signal.SIGKILL)
    assert wait_until_gone(settings.work_dir) == []


def test_a_killed_browser_is_told_at_once(settings: ScanSettings) -> None:
    with running_browser(settings) as browser:
        tab = Tab(browser, browser.new_context(), settings)
        for pid in processes_of(settings.work_dir):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with pytest.raises(BrowserGone):
            tab.evaluate("1", timeout_s=5)
        assert not browser.is_alive()
    assert wait_until_gone(settings.work_dir) == []


def test_a_missing_browser_is_named_with_the_remedy(settings: ScanSettings, tmp_path: Path) -> None:
    script = tmp_path / "no-browser"
    script.write_text("#!/bin/sh\necho Chromium 1.2.3.4\n")
    script.chmod(0o755)
    with (
        pytest.raises(BrowserUnavailable, match="did not start"),
        running_browser(replace(settings, chromium=str(script))),
    ):
        pass


def test_selenium_can_attach_to_the_running_browser(settings: ScanSettings, serve: Callable[..., LocalSite]) -> None:
    site = serve({"/": "<title>Welkom</title><h1>Welkom</h1>"})
    settings = replace(settings, allow=frozenset({site.allow}))
    with running_browser(settings) as browser, attached_driver(browser, settings) as driver:
        driver.get(site.url)
        assert driver.title == "Welkom"
        assert "ToegankelijkScanner/1.0 (+https://" in driver.execute_script("return navigator.userAgent")


def test_a_call_has_a_time_limit_and_a_refusal_its_text(settings: ScanSettings) -> None:
    with running_browser(settings) as browser:
        tab = Tab(browser, browser.new_context(), settings)
        with pytest.raises(DevToolsError, match="wasn't found"):
            browser.connection.call("No.suchMethod")
        world = tab.new_world(tab.frame, timeout_s=5)
        with pytest.raises(DevToolsTimeout):
            tab.main.evaluate("new Promise(() => {})", context=world, timeout_s=0.2)
        with pytest.raises(DevToolsError, match="boe"):
            tab.main.evaluate("(() => { throw new Error('boe') })()", context=world, timeout_s=5)


def test_nothing_on_a_page_reaches_an_address_that_is_not_allowed(
    settings: ScanSettings, serve: Callable[..., LocalSite]
) -> None:
    canary = serve({"/": "geheim"})
    port = canary.allow.split(":")[1]
    there = [f"http://127.0.0.1:{port}", f"http://localhost:{port}", f"http://[::1]:{port}", f"http://0x7f.1:{port}"]
    tags = "".join(
        f'<img src="{to}/picture" alt=""><iframe title="x" src="{to}/frame"></iframe><link rel=prefetch href="{to}/p">'
        f'<script>fetch("{to}/fetch", {{mode: "no-cors"}}).catch(() => 0); navigator.sendBeacon("{to}/beacon");'
        f'new WebSocket("{to.replace("http", "ws")}/socket"); new EventSource("{to}/events")</script>'
        for to in there
    )
    site = serve(
        {
            "/": f"<!doctype html><title>x</title><h1>x</h1>{tags}",
            "/redirect": Reply("", status=302, headers=(("Location", f"{there[0]}/redirect"),)),
            "/script": f'<title>x</title><script>location = "{there[0]}/location"</script>',
        }
    )
    settings = replace(settings, allow=frozenset({site.allow}))
    with running_browser(settings) as browser:
        tab = Tab(browser, browser.new_context(), settings)
        assert tab.open(f"{site.url}/", Deadline(10))
        tab.settle(Deadline(10))
        with pytest.raises(PageProblem) as refused:
            tab.open(f"{site.url}/redirect", Deadline(10))
        tab.open(f"{site.url}/script", Deadline(10))
        tab.settle(Deadline(10))
    assert refused.value.reason == "private-address"
    assert browser.relay.log.refused >= 8
    assert canary.asked == []
