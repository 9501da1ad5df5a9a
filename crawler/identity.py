"""Which addresses are one page: from what was found and answered to one state for every address; pure.

Evidence, strongest first: a redirect; spellings of one address (`same_page_key`); equal content; `rel=canonical`
backed by equal headings. The order in which answers came in has no part in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.canonical import same_page_key
from crawler.model import Address, Reason, VisitStatus

# More different paths than this with one text are not copies but a shell that scripts fill: all stay pages.
MAX_TWINS = 4
MAX_REDIRECTS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """An address of the site and how it was met; `depth` -1 when only a sitemap led to it."""

    url: str
    found_on: str = ""
    link_text: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address of the site answered, or why it was not asked.

    A page has no `status` and no `moved_to`; what moved has `moved_to`, an address of this site. The marks and
    `is_shell` are those of `Reading`; `template`, `kinds` and `step` those of its structure.
    """

    url: str
    status: VisitStatus | None = None
    reason: Reason | None = None
    detail: str = ""
    http_status: int | None = None
    moved_to: str = ""
    canonical_link: str = ""
    title: str = ""
    heading: str = ""
    main_mark: str = ""
    full_mark: str = ""
    template: str = ""
    kinds: tuple[str, ...] = ()
    step: str = ""
    is_shell: bool = False

    @property
    def is_page(self) -> bool:
        """True for HTML of its own that may be sampled."""
        return self.status is None and not self.moved_to


def settle(found: Iterable[Found], answers: Mapping[str, Answer]) -> tuple[Address, ...]:
    """One `Address` for each found address, sorted by address."""
    return _Settlement({entry.url: entry for entry in found}, answers).addresses()


class _Settlement:
    def __init__(self, found: dict[str, Found], answers: Mapping[str, Answer]) -> None:
        self.found = found
        self.answers = {url: answer for url, answer in answers.items() if url in found}
        self.pages = {url: answer for url, answer in sorted(self.answers.items()) if answer.is_page}
        self.by_key: defaultdict[str, list[str]] = defaultdict(list)
        for url in sorted(found):
            self.by_key[same_page_key(url)].append(url)
        self.leader = {url: url for url in self.pages}
        self._join_same_path()
        self._join_anywhere()
        self._join_canonical()

    def addresses(self) -> tuple[Address, ...]:
        return tuple(self._address(self.found[url]) for url in sorted(self.found))

    def _join_same_path(self) -> None:
        """A variant by query string with the content of the same path is that page."""
        self._join(lambda answer: answer.main_mark and _path_key(answer.url) + " " + answer.main_mark)

    def _join_anywhere(self) -> None:
        """Two paths with one text, title and heading are one page, when they are few."""
        paths: defaultdict[str, set[str]] = defaultdict(set)
        for url, answer in self.pages.items():
            paths[answer.full_mark].add(_path_key(url))
        self._join(lambda answer: answer.full_mark if len(paths[answer.full_mark]) <= MAX_TWINS else "")

    def _join(self, evidence: Callable[[Answer], str]) -> None:
        first: dict[str, str] = {}
        for url, answer in self.pages.items():
            key = evidence(answer)
            if key:
                self._unite(first.setdefault(key, url), url)

    def _join_canonical(self) -> None:
        """Believe rel=canonical only when the content agrees: many sites name their home page on every page."""
        for url, answer in self.pages.items():
            for other in self.by_key.get(same_page_key(answer.canonical_link), ()) if answer.canonical_link else ():
                target = self.pages.get(other)
                if target is not None and _agree(answer, target):
                    self._unite(url, other)

    def _unite(self, one: str, other: str) -> None:
        first, second = sorted((self._led(one), self._led(other)), key=self._rank)
        self.leader[second] = first

    def _led(self, url: str) -> str:
        while self.leader[url] != url:
            url = self.leader[url]
        return url

    def _rank(self, url: str) -> tuple[bool, bool, bool, int, int, str]:
        """Lower is the better name of a page: the home page, no parameters, named canonical by itself, near, short."""
        canonical_link, depth = self.pages[url].canonical_link, self.found[url].depth
        is_other = bool(canonical_link) and same_page_key(canonical_link) != same_page_key(url)
        return depth != 0, bool(urlsplit(url).query), is_other, depth if depth >= 0 else 1_000, len(url), url

    def _address(self, entry: Found) -> Address:
        answer = self.answers.get(entry.url) or Answer(entry.url)
        status, reason, target = self._state(entry.url)
        return Address(
            url=entry.url,
            found_on=entry.found_on,
            depth=entry.depth,
            status=status,
            reason=reason,
            duplicate_of=target,
            http_status=answer.http_status,
            title=answer.title,
            link_text=entry.link_text,
            detail=answer.detail,
            heading=answer.heading,
            template=answer.template,
            kinds=answer.kinds,
            step=answer.step,
        )

    def _state(self, url: str) -> tuple[VisitStatus | None, Reason | None, str | None]:
        target = self._end(url)
        if target is None:
            return VisitStatus.FAILED, Reason.REDIRECT_LOOP, None
        if target not in self.found:
            return VisitStatus.SKIPPED, Reason.TRAP, None
        if target != url:
            return VisitStatus.SKIPPED, Reason.DUPLICATE_OF, target
        answer = self.answers.get(url)
        if answer is None:
            return VisitStatus.SKIPPED, Reason.STOPPED, None
        return answer.status, answer.reason, None

    def _end(self, url: str) -> str | None:
        """The address whose content this one shows; None when redirects go round."""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self.answers.get(url) or self._spelled_otherwise(url)
            if answer is None:
                return url
            if answer.is_page:
                return self._led(answer.url)
            if not answer.moved_to:
                return answer.url
            url = answer.moved_to
        return None

    def _spelled_otherwise(self, url: str) -> Answer | None:
        """The answer of another spelling of an address that was not asked itself; only one that led to content."""
        spellings = [self.answers[other] for other in self.by_key.get(same_page_key(url), ()) if other in self.answers]
        good = [answer for answer in spellings if answer.status is None]
        return min(good, key=lambda answer: (not answer.is_page, answer.url), default=None)


def _agree(one: Answer, other: Answer) -> bool:
    if one.main_mark and one.main_mark == other.main_mark:
        return True
    return bool(one.heading) and (one.title, one.heading) == (other.title, other.heading)


def _path_key(url: str) -> str:
    return same_page_key(url.partition("?")[0])
