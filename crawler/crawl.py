"""One crawl of one site: how answers are read and told; what is asked next is the frontier's, how is the fetcher's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler.answers import MissingPages, impossible_path, left_answer, page_answer
from crawler.canonical import canonical, document_kind, is_resource, is_same_site
from crawler.fetch import BUSY, Failure, Fetcher, Move, content_type, is_html, text_of
from crawler.frontier import Frontier
from crawler.identity import Answer
from crawler.model import Reason, Site
from crawler.news import CrawlDelay, End, News, Remark, Robots
from crawler.reading import Link, Reading, read_page
from crawler.robots import MAX_ROBOTS, Rules, read_rules
from crawler.sitemap import read_sitemap

# Small enough that what a batch teaches (duplicates, idle parameters) is heard soon.
BATCH = 16
# So many refusals in a row, and we leave the site in peace.
MAX_REFUSALS = 8
MAX_SITEMAPS = 50
MAX_SITEMAP_DEPTH = 3
MAX_LISTED = 200_000
_REFUSALS = BUSY | {403}
_DOCUMENT_TYPES = (
    "application/pdf",
    "application/msword",
    "application/rtf",
    "application/epub+zip",
    "application/vnd.",
)
_FIREWALL_HEADERS = ("cf-mitigated", "x-sucuri-block", "x-iinfo", "x-datadome")
_FIREWALL_STATUS = {403, 429, 503}
Answered = tuple[Answer, Sequence[Link]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many addresses a crawl may ask, how many links it may go from the start, how much of a file it reads."""

    limit: int
    depth: int
    max_bytes: int


class Crawl:
    """One crawl of one site, told as news. The `url` of the site is canonical."""

    def __init__(self, site: Site, bounds: Bounds, fetcher: Fetcher, tell: Callable[[News], None]) -> None:
        self.site = site
        self.bounds = bounds
        self.tell = tell
        self.fetcher = fetcher
        self.frontier = Frontier(site, tell, limit=bounds.limit, depth=bounds.depth)
        self._rules: dict[str, asyncio.Task[Rules | Failure]] = {}
        self._home: Reading | None = None
        self._origin = site.url
        self._missing = MissingPages()
        self._refusals = 0

    async def run(self, seeds: Sequence[str]) -> None:
        """Crawl until nothing is left to ask; ends early when the home page is no page or the site refuses us."""
        self.frontier.start(self.site.url)
        while self._home is None and await self._ask_batch():
            pass  # nothing but the home page and what it redirects to is known yet
        if self._home is None:
            self.tell(End(is_complete=False))
            return
        self.frontier.seed(seeds)
        await self._read_sitemaps()
        await self._learn_missing_page()
        while self._may_ask() and await self._ask_batch():
            pass
        if self.frontier.is_limited:
            self.tell(Remark(f"stopped at {self.bounds.limit} addresses asked; more are known"))
        self.tell(End(is_complete=self._may_ask() and not self.frontier.is_limited))

    def _may_ask(self) -> bool:
        return self._refusals < MAX_REFUSALS

    async def _ask_batch(self) -> bool:
        batch = self.frontier.next_batch(BATCH)
        answered = await asyncio.gather(*(self._ask(url) for url in batch))
        self.frontier.report([entry for entry in answered if entry is not None])
        return bool(batch)

    async def _ask(self, url: str) -> Answered | None:
        """The answer of one address, told at once; None when the site was left in peace before its turn."""
        rules = await self._rules_of(url)
        if isinstance(rules, Failure):
            answered: Answered = (left_answer(url, rules.reason, f"robots.txt: {rules.detail}"), ())
        elif not rules.allows(url):
            answered = (
                left_answer(url, Reason.ROBOTS, "" if rules.is_open else "robots.txt answers with a server error"),
                (),
            )
        else:
            response = await self.fetcher.get(url, is_page=True, may_ask=self._may_ask)
            if response is None:
                return None
            self._count_refusals(response)
            answered = await self._read(url, response)
        self.tell(answered[0])
        return answered

    def _count_refusals(self, response: Response | Move | Failure) -> None:
        refused = isinstance(response, Response) and response.status in _REFUSALS
        self._refusals = self._refusals + 1 if refused else 0
        if self._refusals == MAX_REFUSALS and isinstance(response, Response):
            self.tell(
                Remark(f"the site refused {MAX_REFUSALS} requests in a row (HTTP {response.status}); left in peace")
            )

    async def _read(self, url: str, response: Response | Move | Failure) -> Answered:
        if isinstance(response, Failure):
            return left_answer(url, response.reason, response.detail), ()
        if isinstance(response, Move):
            return await self._moved(url, response.url, response.http_status, response.location), ()
        problem = self._problem(url, response)
        if problem is not None:
            return problem, ()
        reading = _reading(url, response)
        if isinstance(reading, Answer):
            return reading, ()
        if self._missing.has(reading):
            return left_answer(url, Reason.SOFT_404, http_status=response.status, title=reading.title), ()
        if reading.refresh and reading.refresh != url:
            return await self._moved(url, reading.refresh, response.status, reading.refresh), ()
        if self._home is None:
            self._home, self._origin = reading, url
        return page_answer(url, response.status, reading), reading.links

    def _problem(self, url: str, response: Response) -> Answer | None:
        """Why what came back is no page; None when it is one."""
        status = response.status
        reason = _refusal_reason(response)
        if reason is not None:
            return left_answer(url, reason, f"HTTP {status}", http_status=status)
        if not is_html(response):
            kind = content_type(response)
            if kind.startswith(_DOCUMENT_TYPES):
                self.frontier.note_found_document(url)
            return left_answer(url, Reason.NOT_HTML, kind, http_status=status)
        if b"attachment" in (response.headers.get("Content-Disposition") or b"").lower():
            return left_answer(url, Reason.DOWNLOAD, http_status=status)
        return None if response.body.strip() else left_answer(url, Reason.EMPTY, http_status=status)

    async def _moved(self, url: str, target: str, http_status: int, location: str) -> Answer:
        if not target:
            return left_answer(url, Reason.OFF_SITE, f"leads to {location[:200]}", http_status=http_status)
        if not is_same_site(target, self.site):
            self.frontier.note_host(target, url)
            refusal = await self.fetcher.refusal(target)
            if refusal is not None and refusal.reason is Reason.PRIVATE_ADDRESS:
                return left_answer(url, Reason.PRIVATE_ADDRESS, refusal.detail, http_status=http_status)
            return left_answer(url, Reason.OFF_SITE, f"leads to {target}", http_status=http_status)
        if document_kind(target):
            self.frontier.note_document(target, page=url)
        if document_kind(target) or is_resource(target):
            return left_answer(url, Reason.NOT_HTML, f"leads to {target}", http_status=http_status)
        return Answer(url, http_status=http_status, moved_to=target)

    async def _learn_missing_page(self) -> None:
        """Ask once for what cannot exist: a site that answers with a page shows how its error page looks."""
        url = canonical(impossible_path(self.site.url), base=self._origin) or ""
        if not await self._allows(url):
            return
        answer = await self.fetcher.get(url, is_page=True)
        if not isinstance(answer, Response) or answer.status != 200 or not is_html(answer) or self._home is None:
            return
        self._missing.learn(read_page(text_of(answer), url), self._home)

    async def _allows(self, url: str) -> bool:
        rules = await self._rules_of(url)
        return isinstance(rules, Rules) and rules.allows(url)

    async def _rules_of(self, url: str) -> Rules | Failure:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._read_rules(origin))
        return await self._rules[origin]

    async def _read_rules(self, origin: str) -> Rules | Failure:
        """The rules of one origin; one that does not answer is left alone (RFC 9309, 2.3.1.4), and it is said why."""
        answer = await self._get_file(f"{origin}/robots.txt")
        if isinstance(answer, Failure):
            self.tell(Robots(origin))
            return answer
        self.tell(Robots(origin, answer.status, answer.body[:MAX_ROBOTS].decode("utf-8", "replace")))
        rules = read_rules(answer.status, answer.body)
        if rules.crawl_delay_s:
            self.tell(CrawlDelay(rules.crawl_delay_s))
            self.fetcher.delay_s = max(self.fetcher.delay_s, rules.crawl_delay_s)
        return rules

    async def _get_file(self, url: str) -> Response | Failure:
        """A file beside the pages, through the redirects that stay on the site."""
        for _ in range(5):
            answer = await self.fetcher.get(url)
            if not isinstance(answer, Move):
                return answer if answer is not None else Failure(Reason.STOPPED, "")
            if not is_same_site(answer.url, self.site):
                break
            url = answer.url
        return Response(url, status=404)

    async def _read_sitemaps(self) -> None:
        """Take in the sitemaps that robots.txt names and the usual one, level by level."""
        rules = await self._rules_of(self._origin)
        named = rules.sitemaps if isinstance(rules, Rules) else ()
        level = [canonical(url, base=self._origin) for url in (*named, "/sitemap.xml")]
        seen: set[str] = set()
        listed = 0
        for _ in range(MAX_SITEMAP_DEPTH):
            below: list[str | None] = []
            for url in dict.fromkeys(url for url in level if url and url not in seen and is_same_site(url, self.site)):
                if len(seen) >= MAX_SITEMAPS or listed >= MAX_LISTED:
                    self.tell(Remark(f"not every sitemap was read: {len(seen)} files with {listed} entries were"))
                    return
                seen.add(url)
                pages, sitemaps = await self._read_sitemap(url)
                listed += len(pages)
                self.frontier.list_pages(pages, sitemap=url)
                below += sitemaps
            level = below

    async def _read_sitemap(self, url: str) -> tuple[list[str], list[str | None]]:
        if not await self._allows(url):
            return [], []
        answer = await self._get_file(url)
        if isinstance(answer, Failure) or answer.status != 200:
            return [], []
        found = read_sitemap(answer.body, max_bytes=self.bounds.max_bytes)
        if found.is_cut:
            self.tell(Remark(f"{url} is larger than is read"))
        pages = [canonical(page, base=url) for page in found.pages]
        return [page for page in pages if page], [canonical(page, base=url) for page in found.sitemaps]


def _reading(url: str, response: Response) -> Reading | Answer:
    try:
        return read_page(text_of(response), url)
    except Exception as error:  # noqa: BLE001 one page that cannot be read must not end the crawl of a site
        return left_answer(url, Reason.ENGINE_ERROR, f"cannot be read: {error!r}", http_status=response.status)


def _refusal_reason(response: Response) -> Reason | None:
    status = response.status
    if status in _FIREWALL_STATUS and any(name in response.headers for name in _FIREWALL_HEADERS):
        return Reason.WAF
    if status in (401, 407):
        return Reason.LOGIN
    if status == 429:
        return Reason.WAF
    if status >= 500:
        return Reason.HTTP_5XX
    return Reason.HTTP_4XX if status >= 400 else None
