"""Discovery of a site that is empty without JavaScript: a few of its pages are drawn in the browser and read there."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler import guard
from crawler.answers import MissingPages, impossible_path, left_answer, page_answer
from crawler.browser import Browser, running_browser
from crawler.canonical import canonical, document_kind, host_and_port, is_same_site
from crawler.devtools import BrowserGone
from crawler.drawing import Drawn, Hand
from crawler.errors import AddressRefused
from crawler.frontier import Frontier
from crawler.identity import Answer, Found
from crawler.model import Reason, Site
from crawler.news import End, News, Remark, Robots
from crawler.patience import Patience
from crawler.reading import Link, Reading
from crawler.robots import Rules, read_rules
from crawler.settings import POLITE_DELAY_S, ScanSettings
from crawler.turns import Turns


@dataclass(frozen=True, slots=True)
class Known:
    """What the spider has told of a site; `home` is the address that its home page really has."""

    home: str
    found: Mapping[str, Found]
    answers: Mapping[str, Answer]
    robots: Mapping[str, Robots]
    crawl_delay_s: float | None = None


def needs_rendering(home: str, answers: Iterable[Answer]) -> bool:
    """True when the home page, or more than half of the pages, has no links and almost no text in its HTML."""
    pages = [answer for answer in answers if answer.is_page]
    shells = {answer.url for answer in pages if answer.is_shell}
    return home in shells or 2 * len(shells) > len(pages)


def discover_rendered(
    site: Site, settings: ScanSettings, known: Known, tell: Callable[[News], None], *, wall_s: float
) -> None:
    """Draw up to `settings.rendered_pages` pages of a site in the browser; tell what they are and what they link to.

    The rules are those of the spider: same site, robots.txt, traps, one page at a time with a pause. What ends it
    early is told as a remark, and what was found stays. Raises `BrowserUnavailable`.
    """
    walk = _Walk(site, settings, known, tell, wall_s)
    with running_browser(settings) as browser:
        try:
            walk.run(browser)
        except BrowserGone as error:
            walk.ended = f"the browser ended while pages were drawn: {error}"
    walk.tell_result()


class _Walk:
    """One walk through a site with one browser."""

    def __init__(
        self, site: Site, settings: ScanSettings, known: Known, tell: Callable[[News], None], wall_s: float
    ) -> None:
        self.site = site
        self.settings = settings
        self.known = known
        self.tell = tell
        self.ended = ""
        self._drawn = self._routes = 0
        self._end = time.monotonic() + wall_s
        self._frontier = Frontier(site, tell, limit=settings.discover_limit, depth=settings.discover_depth)
        self._missing = MissingPages()
        self._patience = Patience(settings.back_off_s)
        self._stopped = threading.Event()
        own = guard.is_listed(site.url, settings.allow)
        delay_s = max(settings.delay_s, 0.0 if own else POLITE_DELAY_S, known.crawl_delay_s or 0.0)
        self._turns = Turns(settings.work_dir / "turns", delay_s, self._stopped)
        self._rules = {origin: read_rules(file.status, file.body.encode()) for origin, file in known.robots.items()}

    def run(self, browser: Browser) -> None:
        """Draw the home page, learn how a missing page looks, then draw what is linked, nearest first."""
        for address, found in sorted(self.known.found.items()):
            answer = self.known.answers.get(address)
            self._frontier.adopt(found, is_settled=answer is not None and not answer.is_shell)
        hand = Hand(browser, self.settings)
        home: Reading | None = None
        while url := self._next():
            reading = self._visit(hand, url)
            if home is None and reading is not None:
                home = reading
                self._learn_missing_page(hand, home)

    def tell_result(self) -> None:
        """Say what was done, so that a reader knows where the addresses come from."""
        self.tell(Remark(f"pages are empty without JavaScript; {self._drawn} were drawn in the browser to find links"))
        if self.ended:
            self.tell(Remark(self.ended))
            self.tell(End(is_complete=False))
        if self._routes:
            self.tell(
                Remark(f"{self._routes} links lead to parts of a page (#/...), which have no address of their own")
            )

    def _next(self) -> str | None:
        """The next address to draw; None when there is none left or a bound was met."""
        while not self.ended and (batch := self._frontier.next_batch(1)):
            if not self._may_ask(batch[0]):
                continue
            if self._drawn >= self.settings.rendered_pages:
                self.ended = "more pages are known than may be drawn"
            elif time.monotonic() >= self._end:
                self.ended = "the time of discovery was over before all pages were drawn"
            else:
                return batch[0]
        return None

    def _may_ask(self, url: str) -> bool:
        """False for an address that robots.txt forbids, and for an origin whose rules the spider has not read."""
        rules = self._rules_of(url)
        if rules is not None and not rules.allows(url):
            self._report(left_answer(url, Reason.ROBOTS))
        return rules is not None and rules.allows(url)

    def _rules_of(self, url: str) -> Rules | None:
        parts = urlsplit(url)
        return self._rules.get(f"{parts.scheme}://{parts.netloc}")

    def _report(self, answer: Answer, links: Sequence[Link] = ()) -> None:
        self.tell(answer)
        self._frontier.report([(answer, links)])

    def _visit(self, hand: Hand, url: str) -> Reading | None:
        """Draw one address and report what it is; gives what was read when it is a page."""
        drawn = self._draw(hand, url)
        answer = self._judge(url, drawn)
        self._report(answer, drawn.links if answer.is_page else ())
        return drawn.reading if answer.is_page else None

    def _draw(self, hand: Hand, url: str) -> Drawn:
        self._drawn += 1
        with self._turns.take(self._names(url)):
            drawn = hand.draw(url, left_s=self._end - time.monotonic())
            self._heed(drawn)
        return drawn

    def _judge(self, url: str, drawn: Drawn) -> Answer:
        """What an address is, by the rules of the spider."""
        status, title = drawn.http_status, drawn.reading.title
        if drawn.problem is not None:
            return left_answer(url, drawn.problem.reason, drawn.problem.detail, http_status=status)
        target = canonical(drawn.url) or ""
        if not is_same_site(target, self.site):
            self._frontier.note_host(target, url)
            return left_answer(url, Reason.OFF_SITE, f"leads to {target}", http_status=status)
        if document_kind(target):
            self._frontier.note_document(target, page=url)
            return left_answer(url, Reason.NOT_HTML, f"leads to {target}", http_status=status)
        if target != url:
            return Answer(url, http_status=status, moved_to=target)
        if self._missing.has(drawn.reading):
            return left_answer(url, Reason.SOFT_404, http_status=status, title=title)
        self._routes += drawn.routes
        return page_answer(url, status, drawn.reading)

    def _learn_missing_page(self, hand: Hand, home: Reading) -> None:
        """Draw once what cannot exist: such a site answers every address with the same file."""
        url = canonical(impossible_path(self.site.url), base=self.known.home) or ""
        rules = self._rules_of(url)
        if rules is not None and rules.allows(url):
            drawn = self._draw(hand, url)
            if drawn.problem is None and canonical(drawn.url) == url:
                self._missing.learn(drawn.reading, home)

    def _heed(self, drawn: Drawn) -> None:
        """Pause or stop when the site asks for it."""
        reason = drawn.problem.reason if drawn.problem else None
        advice = self._patience.heard(drawn.http_status, reason, retry_after=drawn.retry_after, now=datetime.now(UTC))
        if advice.stop:
            self.ended = "the site refused several pages in a row and was left in peace"
        elif advice.pause_s:
            self._stopped.wait(min(advice.pause_s, max(0.0, self._end - time.monotonic())))

    def _names(self, url: str) -> list[str]:
        """The host and its resolved address: at neither are two pages asked at once."""
        host, port = host_and_port(url)
        with contextlib.suppress(OSError, AddressRefused):
            return [host, guard.resolve(host, port, self.settings.allow)]
        return [host]
