"""Tabs that visit pages side by side, in one browser after another, patient with the site; runs in the worker."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.browser import Browser, running_browser
from crawler.canonical import same_page_key
from crawler.checks.axe import AxeEngine
from crawler.devtools import BrowserGone, DevToolsError
from crawler.errors import AddressRefused
from crawler.guard import is_listed, resolve
from crawler.model import Choice, Reason, Site, Visit, VisitStatus
from crawler.patience import Advice, Patience, is_open
from crawler.processes import processes_of_group
from crawler.settings import POLITE_DELAY_S, ScanSettings
from crawler.tab import Tab
from crawler.turns import Turns
from crawler.visit import Visitor

_TRIES = 2
_WATCH_S = 1.0
# After these the tab itself is not to be trusted: it is closed and the next page gets a fresh one.
_SPOILED = frozenset(
    {
        Reason.TIMEOUT_NAV,
        Reason.TIMEOUT_SCRIPT,
        Reason.TIMEOUT_WALL,
        Reason.CRASHED,
        Reason.ENGINE_ERROR,
        Reason.DOWNLOAD,
        Reason.TOO_LARGE,
        Reason.UNSETTLED,
    }
)


@dataclass(frozen=True, slots=True)
class Job:
    """Pages to visit, with all that a worker needs; `claimed` maps page keys to the pages that stand for them."""

    choices: tuple[Choice, ...]
    settings: ScanSettings
    site: Site | None
    crawl_delay_s: float | None = None
    claimed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """A page is being visited from now on."""

    url: str


@dataclass(frozen=True, slots=True)
class Pausing:
    """Nothing will happen for so many seconds, on purpose."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Browsing:
    """A browser was started: the group of its processes and the folders to remove when nobody else can."""

    group: int
    folders: tuple[Path, ...]


Event = Begun | Pausing | Browsing | Visit


class Claims:
    """Which page stands for which final address, so that no page is judged twice under two addresses."""

    def __init__(self, job: Job) -> None:
        self._lock = threading.Lock()
        self._checks = job.site is not None
        self._by_key = {same_page_key(choice.url): choice.url for choice in job.choices} | job.claimed

    def claim(self, url: str, final_url: str) -> str | None:
        """None when `url` may be judged; else the page that already stands for `final_url`."""
        if not self._checks:
            return None
        with self._lock:
            owner = self._by_key.setdefault(same_page_key(final_url), url)
        return None if owner == url else owner


class Crew:
    """Visits all pages of a job and tells what happens; a browser that dies or is worn is replaced."""

    def __init__(self, job: Job, *, now: Callable[[], datetime]) -> None:
        settings = job.settings
        self.job = job
        self.settings = settings
        self.now = now
        self.visitor = Visitor(job.site, settings, AxeEngine(settings), now, Claims(job).claim)
        self.patience = Patience(settings.back_off_s)
        self.stopped = threading.Event()
        self.waiting: queue.SimpleQueue[tuple[Choice, int]] = queue.SimpleQueue()
        self.told: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        own = all(is_listed(choice.url, settings.allow) for choice in job.choices)
        polite_s = max(settings.delay_s, POLITE_DELAY_S, job.crawl_delay_s or 0.0)
        self.workers = settings.tabs if own else 1
        self.turns = Turns(settings.work_dir / "turns", settings.delay_s if own else polite_s, self.stopped)

    def events(self) -> Iterator[Event]:
        """Visit everything; the pages' visits come in the order in which they end, each exactly once."""
        for choice in self.job.choices:
            self.waiting.put((choice, 1))
        left = len(self.job.choices)
        try:
            while left:
                for event in self._with_one_browser(min(self.workers, left)):
                    left -= isinstance(event, Visit)
                    yield event
        finally:
            self.stopped.set()

    def _with_one_browser(self, workers: int) -> Iterator[Event]:
        """What happens until nothing waits any more, or the browser has ended or is worn."""
        with running_browser(self.settings) as browser, contextlib.ExitStack() as crew:
            yield Browsing(browser.group, browser.folders)
            wear = _Wear(browser, self.settings)
            context = browser.new_context()
            for target in (wear.watch, *[lambda: self._work(browser, context, wear)] * workers):
                thread = threading.Thread(target=target, daemon=True)
                thread.start()
                crew.callback(thread.join)
            # left before the threads are joined: whoever still waits for the browser finds it gone
            crew.callback(browser.connection.close)
            working = workers
            while working:
                event = self.told.get()
                if event is None:
                    working -= 1
                else:
                    yield event

    def _work(self, browser: Browser, context: str, wear: _Wear) -> None:
        tab: Tab | None = None
        try:
            while not self.stopped.is_set() and not wear.is_worn():
                try:
                    choice, tries = self.waiting.get_nowait()
                except queue.Empty:
                    break
                try:
                    tab = self._visit(tab or self._new_tab(browser, context), choice, tries)
                except DevToolsError as error:
                    self._put_back(choice, tries, error)
                    break
                wear.pages += 1
        finally:
            self.told.put(None)

    def _visit(self, tab: Tab, choice: Choice, tries: int) -> Tab | None:
        """Visit one page in its turn and heed what the site says; gives the tab back unless it is spoiled."""
        if not is_open(self.settings.window, self.now()):
            self._leave(choice, VisitStatus.SKIPPED, Reason.STOPPED, "outside the hours in which this site is scanned")
            return tab
        with self._turn(choice.url):
            self.told.put(Begun(choice.url))
            visit = self.visitor.visit(tab, choice)
            advice = self._advice(tab, visit)
            self._pause(advice.pause_s)
        if advice.again and tries < _TRIES:
            self.waiting.put((choice, tries + 1))
        else:
            self.told.put(visit)
        if advice.stop:
            self._stop_site()
        if visit.reason in _SPOILED:
            tab.close()
            return None
        return tab

    def _new_tab(self, browser: Browser, context: str) -> Tab:
        """A tab in which the engine is at hand in every document: cheaper than handing it over page by page."""
        tab = Tab(browser, context, self.settings)
        tab.preload(self.visitor.engine.source)
        return tab

    def _turn(self, url: str) -> contextlib.AbstractContextManager[None]:
        """One page at a time per host and resolved address; pages side by side are for hosts of our own."""
        if self.workers > 1:
            return contextlib.nullcontext()
        host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
        names = [host]
        with contextlib.suppress(OSError, AddressRefused):
            names.append(resolve(host, port, self.settings.allow))
        return self.turns.take(names)

    def _advice(self, tab: Tab, visit: Visit) -> Advice:
        retry_after = tab.traffic.document.get("headers", {}).get("retry-after", "")
        return self.patience.heard(visit.http_status, visit.reason, retry_after=retry_after, now=self.now())

    def _pause(self, seconds: float) -> None:
        if seconds > 0:
            self.told.put(Pausing(seconds))
            self.stopped.wait(seconds)

    def _stop_site(self) -> None:
        """Leave every page that still waits: the site refuses us, and more requests would be hammering."""
        with contextlib.suppress(queue.Empty):
            while True:
                choice, _ = self.waiting.get_nowait()
                self._leave(
                    choice, VisitStatus.BLOCKED, Reason.WAF, "not asked: the site refused several pages in a row"
                )

    def _put_back(self, choice: Choice, tries: int, error: DevToolsError) -> None:
        """The browser ended under this page: it waits for the next one, but not for ever."""
        if isinstance(error, BrowserGone) and tries < _TRIES:
            self.waiting.put((choice, tries + 1))
        else:
            self._leave(choice, VisitStatus.FAILED, Reason.CRASHED, str(error)[:1000])

    def _leave(self, choice: Choice, status: VisitStatus, reason: Reason, detail: str) -> None:
        self.told.put(unvisited(choice, status, reason, detail=detail, now=self.now()))


def unvisited(choice: Choice, status: VisitStatus, reason: Reason, *, detail: str, now: datetime) -> Visit:
    """The visit of a page that was chosen and of which nothing was seen."""
    return Visit(
        url=choice.url,
        final_url=choice.url,
        status=status,
        reason=reason,
        visited_at=now,
        selected_by=choice.selected_by,
        detail=detail,
    )


class _Wear:
    """How worn a browser is: by pages, by time and by memory, which a thread of its own watches."""

    def __init__(self, browser: Browser, settings: ScanSettings) -> None:
        self.pages = 0
        self._browser = browser
        self._settings = settings
        self._begun = time.monotonic()
        self._is_fat = False

    def is_worn(self) -> bool:
        """True when the browser is to be replaced before the next page."""
        settings = self._settings
        is_old = time.monotonic() - self._begun >= settings.browser_age_s
        return self._is_fat or is_old or self.pages >= settings.browser_pages

    def watch(self) -> None:
        """Look at the memory of the browser's processes until it ends."""
        while not self._browser.connection.closed.wait(_WATCH_S):
            processes = processes_of_group(self._browser.group)
            held = sum(process.private_bytes for process in processes)
            self._is_fat = self._is_fat or held > self._settings.browser_memory_bytes
            renderers = [process for process in processes if process.is_renderer]
            if held > self._settings.page_memory_bytes and renderers:
                fattest = max(renderers, key=lambda process: process.private_bytes)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(fattest.pid, signal.SIGKILL)
