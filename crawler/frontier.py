"""Which address of a site is asked next: what is met, cut, left and followed, in an order of its own; pure.

The spider asks in batches and reports each batch as a whole, so that two runs over the same site ask the same
addresses whatever the network does. Addresses equally far from the home page are drawn in the order of a digest: a
crawl that is stopped half-way has seen a fair part of the site, not its letter A.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from urllib.parse import urlsplit

from crawler.canonical import document_kind, host_of, is_resource, is_same_site, same_page_key
from crawler.identity import Answer, Found
from crawler.model import Reason, Site, VisitStatus
from crawler.news import CutBy, Document, News, OtherHost
from crawler.reading import Link
from crawler.traps import Cut, TrapWatch, structural_rule

# A site may name this many addresses for each one that may be asked; what lies beyond is only counted.
KNOWN_PER_ASKED = 4
# A document that more pages link than this belongs to the frame of the site, not to a service.
MAX_DOCUMENT_PAGES = 10
# Pages of a sitemap come after what the home page links, together with what those pages link.
SITEMAP_DEPTH = 2


class Frontier:
    """The addresses of one crawl; every fact is told at once to `tell`, so that nothing is lost with the process."""

    def __init__(self, site: Site, tell: Callable[[News], None], *, limit: int, depth: int) -> None:
        self._site = site
        self._home = site.url
        self._tell = tell
        self._left = limit
        self._room = limit * KNOWN_PER_ASKED
        self._depth = depth
        self._found: dict[str, Found] = {}
        self._steps: dict[str, int] = {}
        self._spellings: defaultdict[str, list[str]] = defaultdict(list)
        self._listed: set[str] = set()
        self._asked: set[str] = set()
        self._busy: set[str] = set()
        self._settled: set[str] = set()
        self._waiting: list[tuple[int, bytes, str]] = []
        self._wanted: dict[str, str] = {}
        self._contents: set[tuple[str, str]] = set()
        self._told: set[tuple[str, str]] = set()
        self._document_pages: defaultdict[str, set[str]] = defaultdict(set)
        self._watch = TrapWatch(lambda url: same_page_key(url) in self._spellings)

    @property
    def is_limited(self) -> bool:
        """True when addresses wait that may not be asked any more."""
        return self._left <= 0 and any(self._choose(key) for _, _, key in self._waiting)

    def start(self, home: str) -> None:
        """Begin at this address, whatever it looks like."""
        self._add(Link(home), found_on="", depth=0, steps=0)

    def adopt(self, entry: Found, *, is_settled: bool) -> None:
        """Take in an address as an earlier crawl of the site met it; one that is settled is not asked again."""
        if is_settled:
            self._settled.add(same_page_key(entry.url))
        steps = entry.depth if entry.depth >= 0 else SITEMAP_DEPTH
        self._add(Link(entry.url, entry.link_text), found_on=entry.found_on, depth=entry.depth, steps=steps)

    def seed(self, urls: Iterable[str]) -> None:
        """Take in addresses that are known from elsewhere."""
        self._follow([Link(url) for url in urls], found_on="", depth=-1, steps=1)

    def list_pages(self, urls: Iterable[str], *, sitemap: str) -> None:
        """Take in the addresses of a sitemap; its spelling of an address is preferred to that of links."""
        entries = sorted(set(urls))
        self._listed.update(entries)
        self._follow([Link(url) for url in entries], found_on=sitemap, depth=-1, steps=SITEMAP_DEPTH)

    def next_batch(self, size: int) -> list[str]:
        """Up to `size` addresses to ask now, nearest first; empty when the crawl is over."""
        batch: list[str] = []
        while self._waiting and len(batch) < size and self._left > 0:
            _, _, key = heapq.heappop(self._waiting)
            url = self._choose(key)
            if url is not None:
                self._busy.add(key)
                self._asked.add(url)
                self._left -= 1
                batch.append(url)
        return batch

    def report(self, batch: Sequence[tuple[Answer, Sequence[Link]]]) -> None:
        """Hear what a whole batch answered, in the order in which it was given out."""
        self._busy.clear()
        by_query = sorted(batch, key=lambda entry: "?" in entry[0].url)
        new = [(answer, links) for answer, links in by_query if self._take(answer)]
        for has_query in (False, True):
            for answer, links in new:
                some = [link for link in links if bool(urlsplit(link.url).query) is has_query]
                self._follow(
                    some, found_on=answer.url, depth=self._below(answer.url), steps=self._steps[answer.url] + 1
                )

    def _take(self, answer: Answer) -> bool:
        """True when the answer is a page whose links are worth following."""
        key = same_page_key(answer.url)
        if answer.moved_to:
            self._settled.add(key)
            self._follow_move(answer)
            return False
        if answer.status is not None:
            self._wait(key, self._steps[answer.url])
            return False
        self._settled.add(key)
        if self._found[answer.url].depth == 0:
            self._home = answer.url
        return self._is_new(answer)

    def _is_new(self, answer: Answer) -> bool:
        """False for a page whose main content was met on the same path before."""
        content = (same_page_key(without_query(answer.url)), answer.main_mark)
        is_new = not answer.main_mark or content not in self._contents
        if answer.main_mark and self._is_bare_known(answer.url):
            self._watch.learn(answer.url, is_new=is_new)
        self._contents.add(content)
        return is_new

    def _is_bare_known(self, url: str) -> bool:
        return bool(urlsplit(url).query) and same_page_key(without_query(url)) in self._settled

    def _follow_move(self, answer: Answer) -> None:
        """A redirect leads where the site wants it: its target is asked unless its very shape is a trap.

        It counts as a step, so that a chain that never repeats itself ends too.
        """
        url = answer.moved_to
        steps, depth = self._steps[answer.url] + 1, self._found[answer.url].depth
        rule = "too-deep" if steps > self._depth else structural_rule(url)
        if rule:
            self._cut(url, Cut(rule))
            return
        self._add(Link(url), found_on=answer.url, depth=depth, steps=steps)
        if url in self._found and url not in self._asked:
            key = same_page_key(url)
            self._settled.discard(key)
            self._wanted[key] = url
            self._wait(key, steps)

    def _follow(self, links: Iterable[Link], *, found_on: str, depth: int, steps: int) -> None:
        for link in links:
            self._meet(link, found_on=found_on, depth=depth, steps=steps)

    def _meet(self, link: Link, *, found_on: str, depth: int, steps: int) -> None:
        if link.url in self._found:
            self._come_nearer(link.url, depth)
        elif not is_same_site(link.url, self._site):
            self.note_host(link.url, found_on)
        elif document_kind(link.url):
            self.note_document(link.url, page=found_on, text=link.text)
        elif is_resource(link.url):
            self._add(link, found_on=found_on, depth=depth, steps=steps, is_page=False)
        else:
            self._meet_page(link, found_on=found_on, depth=depth, steps=steps)

    def _meet_page(self, link: Link, *, found_on: str, depth: int, steps: int) -> None:
        cut = Cut("too-deep") if steps > self._depth else self._watch.check(link.url)
        if cut is None:
            self._add(link, found_on=found_on, depth=depth, steps=steps)
            return
        self._cut(link.url, cut)
        if cut.instead and cut.instead != link.url:
            self._meet(Link(cut.instead, link.text), found_on=found_on, depth=depth, steps=steps)

    def _add(self, link: Link, *, found_on: str, depth: int, steps: int, is_page: bool = True) -> None:
        url = link.url
        if url in self._found:
            return
        if len(self._found) >= self._room:
            self._cut(url, Cut("limit"))
            return
        self._found[url] = Found(url, found_on, link.text, depth)
        self._steps[url] = steps
        self._tell(self._found[url])
        if not is_page:
            self._tell(Answer(url, VisitStatus.SKIPPED, Reason.NOT_HTML, "left by its name"))
            return
        key = same_page_key(url)
        self._spellings[key].append(url)
        if key not in self._settled:
            self._wait(key, steps)

    def _wait(self, key: str, steps: int) -> None:
        place = blake2b(key.partition("/")[2].encode(), digest_size=8).digest()
        heapq.heappush(self._waiting, (steps, place, key))

    def _choose(self, key: str) -> str | None:
        """The spelling of an address to ask; None when one of them is known to lead to a page."""
        open_spellings = [url for url in self._spellings[key] if url not in self._asked]
        if key in self._settled or key in self._busy or not open_spellings:
            return None
        wanted = self._wanted.get(key)
        return wanted if wanted in open_spellings else min(open_spellings, key=self._spelling_rank)

    def _spelling_rank(self, url: str) -> tuple[bool, bool, bool, bool, int, str]:
        """Lower is the better spelling: the start, named in a sitemap, on the origin of the home page, lower case."""
        home, parts = urlsplit(self._home), urlsplit(url)
        is_start = self._found[url].depth == 0
        is_elsewhere = (parts.scheme, parts.netloc) != (home.scheme, home.netloc)
        return not is_start, url not in self._listed, is_elsewhere, parts.path != parts.path.lower(), len(url), url

    def _below(self, url: str) -> int:
        depth = self._found[url].depth
        return depth + 1 if depth >= 0 else -1

    def _come_nearer(self, url: str, depth: int) -> None:
        known = self._found[url]
        if depth >= 0 and not 0 <= known.depth <= depth:
            self._found[url] = replace(known, depth=depth)
            self._tell(self._found[url])

    def note_document(self, url: str, *, page: str, text: str = "") -> None:
        """Tell of a link to a document; of one that very many pages link, the first of them are told."""
        pages = self._document_pages[url]
        if page not in pages and len(pages) < MAX_DOCUMENT_PAGES:
            pages.add(page)
            self._tell(Document(url, page, text))

    def note_found_document(self, url: str) -> None:
        """Tell of a document that was asked as if it were a page."""
        found = self._found[url]
        self.note_document(url, page=found.found_on, text=found.link_text)

    def note_host(self, url: str, page: str) -> None:
        """Tell of the host of an address outside the site, once, with the page that leads there."""
        host = host_of(url)
        self._once("host", host, OtherHost(host, page))

    def _cut(self, url: str, cut: Cut) -> None:
        self._once("cut", url, CutBy(cut.rule))

    def _once(self, kind: str, key: str, news: News) -> None:
        if (kind, key) not in self._told:
            self._told.add((kind, key))
            self._tell(news)


def without_query(url: str) -> str:
    """The address without its parameters."""
    return url.partition("?")[0]
