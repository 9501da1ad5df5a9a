"""A scan from start to end: discover, choose, visit; every discovered address comes out as exactly one visit."""

from __future__ import annotations

import contextlib
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from crawler.browser import Browser, browser_version, running_browser
from crawler.canonical import same_page_key
from crawler.checks.axe import ENGINE, AxeEngine, engine_script, script_version
from crawler.devtools import BrowserGone, DevToolsError
from crawler.discover import discover
from crawler.guard import is_listed
from crawler.model import (
    Address,
    Choice,
    Discovery,
    Memory,
    Plan,
    Reason,
    Site,
    Versions,
    Visit,
    VisitStatus,
)
from crawler.sample import choose_pages
from crawler.settings import POLITE_DELAY_S, ScanSettings
from crawler.tab import Tab
from crawler.visit import Visitor

SCANNER_VERSION = "0.1.0"
Clock = Callable[[], datetime]
Watch = Callable[[Plan], None]

_TRIES = 2
# After these the tab itself is not to be trusted: it is closed and the next page gets a fresh one.
_SPOILED = frozenset(
    {
        Reason.TIMEOUT_NAV,
        Reason.TIMEOUT_SCRIPT,
        Reason.TIMEOUT_WALL,
        Reason.CRASHED,
        Reason.ENGINE_ERROR,
        Reason.DOWNLOAD,
    }
)


def current_versions(settings: ScanSettings) -> Versions:
    """What would judge now: scanner, axe-core, browser and profile.

    Raises `BrowserUnavailable` or `EngineMissing` with the remedy.
    """
    engines = {ENGINE: script_version(engine_script(settings))}
    return Versions(SCANNER_VERSION, engines, browser_version(settings), settings.profile)


def scan_site(
    site: Site, settings: ScanSettings, *, memory: Memory, now: Clock, seed: int, watch: Watch = lambda _: None
) -> Iterator[Visit]:
    """Discover the pages of a site, choose a sample with `seed`, and yield what became of every address.

    `watch` is told the plan before the first visit. Addresses that are not visited come first. Pages that `memory`
    holds as finished are not visited again. Raises `SiteUnreachable`, `AddressRefused`, `BrowserUnavailable`.
    """
    discovery = discover(site, settings)
    sample = choose_pages(discovery, site_url=site.url, pages=settings.pages, seed=seed)
    yield from _carry_out(Plan(discovery, sample), settings, site=site, memory=memory, now=now, watch=watch)


def scan_pages(
    urls: Sequence[str], settings: ScanSettings, *, memory: Memory, now: Clock, watch: Watch = lambda _: None
) -> Iterator[Visit]:
    """Visit exactly these pages, without crawling; yields one visit for each distinct address."""
    distinct = tuple(dict.fromkeys(urls))
    discovery = Discovery(addresses=tuple(Address(url) for url in distinct))
    plan = Plan(discovery, tuple(Choice(url, "listed") for url in distinct))
    yield from _carry_out(plan, settings, site=None, memory=memory, now=now, watch=watch)


def _carry_out(
    plan: Plan, settings: ScanSettings, *, site: Site | None, memory: Memory, now: Clock, watch: Watch
) -> Iterator[Visit]:
    watch(plan)
    yield from _left_out(plan, now)
    wanted = [choice for choice in plan.sample if choice.url not in memory.finished]
    if not wanted:
        return
    claims = _Claims(plan.sample if site is not None else ())
    visitor = Visitor(site, settings, AxeEngine(settings), now, claims.claim)
    yield from _Crew(visitor, plan.discovery.crawl_delay_s).visits(wanted)


def _left_out(plan: Plan, now: Clock) -> Iterator[Visit]:
    """The addresses that discovery settled, and the pages that the sample leaves out."""
    chosen = {choice.url for choice in plan.sample}
    for address in plan.discovery.addresses:
        if address.url in chosen:
            continue
        yield Visit(
            url=address.url,
            final_url=address.duplicate_of or address.url,
            status=address.status or VisitStatus.SKIPPED,
            reason=address.reason or Reason.NOT_SAMPLED,
            visited_at=now(),
            title=address.title,
            http_status=address.http_status,
            duplicate_of=address.duplicate_of,
            detail=address.detail,
        )


class _Claims:
    """Which page stands for which final address, so that no page is judged twice under two addresses."""

    def __init__(self, sample: Sequence[Choice]) -> None:
        self._lock = threading.Lock()
        self._by_key = {same_page_key(choice.url): choice.url for choice in sample}
        self._checks = bool(sample)

    def claim(self, url: str, final_url: str) -> str | None:
        """None when `url` may be judged; else the page that already stands for `final_url`."""
        if not self._checks:
            return None
        with self._lock:
            owner = self._by_key.setdefault(same_page_key(final_url), url)
        return None if owner == url else owner


class _Pace:
    """The politeness of one site: a pause with jitter after each page before the next one begins."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._random = random.Random()
        self._next = 0.0

    def wait(self, stopped: threading.Event) -> None:
        """Return when the next page may be asked, or at once when the crew stops."""
        if self._delay_s > 0:
            stopped.wait(max(0.0, self._next - time.monotonic()))

    def page_ended(self) -> None:
        """Start the pause."""
        self._next = time.monotonic() + self._delay_s * self._random.uniform(1.0, 1.3)


class _Crew:
    """Tabs that visit pages side by side in one browser; a browser that dies is replaced and its pages put back."""

    def __init__(self, visitor: Visitor, crawl_delay_s: float | None) -> None:
        self.visitor = visitor
        self.settings = visitor.settings
        self.crawl_delay_s = crawl_delay_s or 0.0
        self.stopped = threading.Event()
        self.waiting: queue.SimpleQueue[tuple[Choice, int]] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[Visit | None] = queue.SimpleQueue()

    def visits(self, choices: Sequence[Choice]) -> Iterator[Visit]:
        for choice in choices:
            self.waiting.put((choice, 1))
        own = all(is_listed(choice.url, self.settings.allow) for choice in choices)
        workers = min(self.settings.tabs if own else 1, len(choices))
        delay_s = self.settings.delay_s if own else max(self.settings.delay_s, POLITE_DELAY_S, self.crawl_delay_s)
        left = len(choices)
        try:
            while left:
                for visit in self._with_one_browser(min(workers, left), _Pace(delay_s)):
                    left -= 1
                    yield visit
        finally:
            self.stopped.set()

    def _with_one_browser(self, workers: int, pace: _Pace) -> Iterator[Visit]:
        """The visits made until nothing waits any more or the browser has ended."""
        with running_browser(self.settings) as browser, contextlib.ExitStack() as crew:
            context = browser.new_context()
            for number in range(workers):
                thread = threading.Thread(
                    target=self._work, args=(browser, context, pace), name=f"tab-{number + 1}", daemon=True
                )
                thread.start()
                crew.callback(thread.join)
            # left before the threads are joined: whoever still waits for the browser finds it gone
            crew.callback(browser.connection.close)
            working = workers
            while working:
                visit = self.done.get()
                if visit is None:
                    working -= 1
                else:
                    yield visit

    def _work(self, browser: Browser, context: str, pace: _Pace) -> None:
        tab: Tab | None = None
        try:
            while not self.stopped.is_set():
                try:
                    choice, tries = self.waiting.get_nowait()
                except queue.Empty:
                    break
                pace.wait(self.stopped)
                try:
                    tab = tab or self._new_tab(browser, context)
                    visit = self.visitor.visit(tab, choice)
                except DevToolsError as error:
                    self._put_back(choice, tries, error)
                    break
                pace.page_ended()
                if visit.reason in _SPOILED:
                    tab.close()
                    tab = None
                self.done.put(visit)
        finally:
            self.done.put(None)

    def _new_tab(self, browser: Browser, context: str) -> Tab:
        """A tab in which the engine is at hand in every document: cheaper than handing it over page by page."""
        tab = Tab(browser, context, self.settings)
        tab.preload(self.visitor.engine.source)
        return tab

    def _put_back(self, choice: Choice, tries: int, error: DevToolsError) -> None:
        """The browser ended under this page: it waits for the next one, but not for ever."""
        if isinstance(error, BrowserGone) and tries < _TRIES:
            self.waiting.put((choice, tries + 1))
            return
        self.done.put(
            Visit(
                url=choice.url,
                final_url=choice.url,
                status=VisitStatus.FAILED,
                reason=Reason.CRASHED,
                visited_at=self.visitor.now(),
                selected_by=choice.selected_by,
                detail=str(error)[:1000],
            )
        )
