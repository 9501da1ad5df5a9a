"""Which pages of a site are visited and by which clause of the law; pure, and the same for the same seed.

The clauses, the kinds of sample and how sure we are of them are in law.toml, the roles in roles.toml.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from crawler.canonical import canonical, same_page_key
from crawler.downloads import choose_documents
from crawler.law import FULL, Kind, law
from crawler.likeness import groups_alike
from crawler.model import Choice, Clause, ClauseState, Discovery, Plan, Process, Site
from crawler.roles import Role, best_page, fits_host, name_page, roles, segments_of
from crawler.structure import KINDS

# A first path segment with one page is no section; such pages are left to the draw.
MIN_SECTION = 2


def choose_sample(discovery: Discovery, *, site: Site, seed: int, kind: str = FULL, pages: int = 40) -> Plan:
    """The plan of a scan: at most as many pages as the kind has (`pages` for the full one), each with its clause.

    Same arguments, same sample, whatever the order of the addresses. First what the clauses ask, in the order of the
    kind, with room left for a random tenth; then the draw. All pages when the site has no more. `clauses` names
    everything that was wanted, met or not. Raises ValueError for fewer than one page or a kind that does not exist.
    """
    if pages < 1:
        raise ValueError(f"a sample has at least one page, not {pages}")
    if kind not in law().kinds:
        raise ValueError(f"a sample is one of {', '.join(law().kinds)}, not {kind}")
    return _Draw(discovery, site, law().kinds[kind], pages, seed).plan()


class _Draw:
    """A sample in the making."""

    def __init__(self, discovery: Discovery, site: Site, kind: Kind, pages: int, seed: int) -> None:
        self.discovery = discovery
        self.site = site
        self.kind = kind
        self.seed = seed
        found = (entry for entry in discovery.addresses if entry.status is None)
        self.candidates = sorted(found, key=lambda entry: entry.url)
        self.by_url = {entry.url: entry for entry in self.candidates}
        self.named = {entry.url: name_page(entry) for entry in self.candidates}
        self.groups = groups_alike({entry.url: entry.template for entry in self.candidates})
        self.size = kind.size(len(self.candidates), asked=pages)
        # the draw gets at least a tenth of what the clauses get: annex I, 3.2 (g)
        self.room = self.size if self.takes_all else max(1, self.size * 10 // 11)
        self.chosen: dict[str, str] = {}
        self.clauses: list[Clause] = []

    @property
    def takes_all(self) -> bool:
        return self.size >= len(self.candidates)

    def plan(self) -> Plan:
        """Take the steps of the kind, then draw."""
        steps: dict[str, Callable[[], None]] = {
            "home": self._take_home,
            "listed": self._take_listed,
            "roles": self._take_roles,
            "templates": lambda: self._take_groups(least=2),
            "contents": self._take_contents,
            "sections": self._take_sections,
            "loners": lambda: self._take_groups(least=1),
        }
        for step in self.kind.steps:
            steps[step]()
        self._take_random()
        self._tell_variety()
        documents = self._choose_documents() if self.kind.documents else ()
        return Plan(
            self.discovery,
            tuple(Choice(url, why) for url, why in self.chosen.items()),
            kind=self.kind.id,
            seed=self.seed,
            clauses=tuple(sorted(self.clauses, key=lambda clause: clause.id.partition(":")[0])),
            documents=documents,
            processes=self._processes(),
        )

    def _take(self, url: str, why: str) -> bool:
        """Choose a page, unless the sample is full; True when it is in it, for this reason or an earlier one."""
        if url not in self.chosen and len(self.chosen) < self.room:
            self.chosen[url] = why
        return url in self.chosen

    def _take_for(self, want: str, url: str) -> None:
        """Choose the page that a wish asks for, and note whether there was room."""
        met = Clause(want, ClauseState.MET, (url,))
        self.clauses.append(met if self._take(url, want) else Clause(want, ClauseState.NO_ROOM, beside=(url,)))

    def _tell_parts(self, want: str, groups: Sequence[Sequence[str]]) -> None:
        """Note what became of a wish for a page of each of these groups."""
        place = {url: number for number, url in enumerate(self.chosen)}
        held = [[url for url in group if url in place] for group in groups]
        pages = tuple(min(urls, key=place.__getitem__) for urls in held if urls)
        state = ClauseState.MET if len(pages) == len(groups) else ClauseState.NO_ROOM
        self.clauses.append(Clause(want, state, pages, len(groups)) if groups else Clause(want, ClauseState.NOT_FOUND))

    # -- clauses a, b, c, f --------------------------------------------------------------------------------------------
    def _take_home(self) -> None:
        home = self._page_at(self.site.url) or self._nearest_home()
        if home is not None:
            self._take_for("a:home", home)
        else:
            self.clauses.append(Clause("a:home", ClauseState.NOT_FOUND))

    def _page_at(self, url: str) -> str | None:
        """The page that an address leads to."""
        by_url = {entry.url: entry for entry in self.discovery.addresses}
        at = by_url.get(canonical(url) or url)
        while at is not None and at.duplicate_of is not None:
            at = by_url.get(at.duplicate_of)
        return at.url if at is not None and at.url in self.by_url else None

    def _nearest_home(self) -> str | None:
        key = same_page_key(self.site.url)
        homes = (entry.url for entry in self.candidates if entry.depth == 0 or same_page_key(entry.url) == key)
        return next(homes, None)

    def _take_listed(self) -> None:
        """Clause f: pages that a person wants in the sample; one that is no page of the site is told as not found."""
        for url in dict.fromkeys(self.site.listed):
            page = self._page_at(url)
            if page is not None:
                self._take_for("f:listed", page)
            else:
                self.clauses.append(Clause("f:listed", ClauseState.NOT_FOUND, beside=(url,)))

    def _take_roles(self) -> None:
        pages = tuple(self.named.values())
        for role in (role for role in roles() if role.clause in self.kind.clauses):
            best = best_page(pages, role)
            if best is not None:
                self._take_for(role.want, best)
            else:
                self._tell_missing(role)

    def _tell_missing(self, role: Role) -> None:
        """No page has the role; another host that is linked may have it."""
        hosts = self.discovery.external_hosts
        links = sorted({page for host, page in hosts.items() if fits_host(host, role)})
        state = ClauseState.ELSEWHERE if links else ClauseState.NOT_FOUND
        self.clauses.append(Clause(role.want, state, beside=tuple(links)))

    def _take_sections(self) -> None:
        """Clause b: the front page of each section of the site stands for one of its primary uses."""
        for urls in self._sections():
            if self.chosen.keys().isdisjoint(urls):
                self._take(min(urls, key=_shortness), "b:section")

    def _sections(self) -> list[list[str]]:
        """The pages of each section that has several, large ones first."""
        sections: defaultdict[str, list[str]] = defaultdict(list)
        for url in self.by_url:
            sections[next(iter(segments_of(url)), "")].append(url)
        large = [urls for name, urls in sections.items() if name and len(urls) >= MIN_SECTION]
        return sorted(large, key=lambda urls: (-len(urls), urls))

    # -- clause d ------------------------------------------------------------------------------------------------------
    def _take_groups(self, *, least: int) -> None:
        """One page of each template with at least so many pages: the one with most kinds of content not yet seen."""
        for group in self.groups:
            if len(group) >= least and self.chosen.keys().isdisjoint(group):
                self._take(min(group, key=self._dullness), "d:template")

    def _take_contents(self) -> None:
        for kind in KINDS:
            holding = [entry.url for entry in self.candidates if kind in entry.kinds]
            if holding and self.chosen.keys().isdisjoint(holding):
                self._take(min(holding, key=self._dullness), f"d:{kind}")

    def _dullness(self, url: str) -> tuple[int, int, tuple[int, int, str]]:
        """Lower is a page with more kinds of content that the sample does not have yet."""
        seen = {kind for page in self.chosen for kind in self.by_url[page].kinds}
        own = self.by_url[url].kinds
        return -len(set(own) - seen), -len(own), _shortness(url)

    def _tell_variety(self) -> None:
        """What became of the clauses that many pages may meet, counted over the whole sample, the draw included."""
        self.clauses = [self._after_all(clause) for clause in self.clauses]
        if "sections" in self.kind.steps:
            self._tell_parts("b:section", self._sections())
        if "templates" in self.kind.steps:
            self._tell_parts("d:template", self.groups)
        if "contents" in self.kind.steps:
            for kind in KINDS:
                holding = [entry.url for entry in self.candidates if kind in entry.kinds]
                if holding:
                    self._tell_parts(f"d:{kind}", [holding])

    def _after_all(self, clause: Clause) -> Clause:
        """A wish that found no room is met all the same when its page was chosen later."""
        late = tuple(url for url in clause.beside if url in self.chosen)
        is_met = clause.state is ClauseState.NO_ROOM and bool(late)
        return Clause(clause.id, ClauseState.MET, late) if is_met else clause

    # -- clauses e, g, 3.3 ---------------------------------------------------------------------------------------------
    def _choose_documents(self) -> tuple[Choice, ...]:
        states = {clause.id: clause.state for clause in self.clauses}
        has_page = (ClauseState.MET, ClauseState.NO_ROOM)
        services = [role for role in roles() if role.is_service and states.get(role.want) in has_page]
        documents, clauses = choose_documents(self.discovery, services, pages=self.named)
        self.clauses += clauses
        return documents

    def _take_random(self) -> None:
        rest = [entry.url for entry in self.candidates if entry.url not in self.chosen]
        fixed = len(self.chosen)
        drawn = rest if self.takes_all else sorted(random.Random(self.seed).sample(rest, self.size - fixed))
        self.chosen |= dict.fromkeys(drawn, "g:all" if self.takes_all else "g:random")
        if not self.candidates:
            self.clauses.append(Clause("g:random", ClauseState.NOT_FOUND))
        elif self.takes_all or 10 * len(drawn) >= fixed:
            self.clauses.append(Clause("g:random", ClauseState.MET, tuple(drawn or self.chosen)))
        else:
            self.clauses.append(Clause("g:random", ClauseState.NO_ROOM))

    def _processes(self) -> tuple[Process, ...]:
        """Pages of the sample that are a step of a process; its further steps are told as not reached."""
        steps = {url: self.by_url[url].step for url in self.chosen}
        return tuple(_process(url, step) for url, step in steps.items() if step)


def _process(url: str, step: str) -> Process:
    at, _, of = step.partition("/")
    return Process(url, int(at), int(of) if of else None)


def _shortness(url: str) -> tuple[int, int, str]:
    return len([part for part in urlsplit(url).path.split("/") if part]), len(url), url
