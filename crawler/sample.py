"""Which pages of a site are visited, and why each: home, roles, sections, and a seeded draw from the rest; pure."""

from __future__ import annotations

import math
import random
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.canonical import canonical, same_page_key
from crawler.errors import CatalogueBroken
from crawler.model import Address, Choice, Discovery

FILE = Path(__file__).with_name("roles.toml")
# Decision (EU) 2018/1524, annex I, 3.2 (g): random pages make up at least a tenth of the others.
RANDOM_SHARE = 0.1
# A first path segment with one page is no section; such pages are left to the draw.
MIN_SECTION = 2


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of page that a sample wants; earlier words are surer."""

    id: str
    clause: str
    words: tuple[str, ...]


@cache
def roles() -> tuple[Role, ...]:
    """The roles that come with this package, first things first."""
    return read_roles(FILE)


def read_roles(path: Path) -> tuple[Role, ...]:
    """Read a list of roles; raise `CatalogueBroken`, naming file and entry, when it cannot be used."""
    try:
        with path.open("rb") as file:
            entries = tomllib.load(file)["role"]
        found = tuple(Role(entry["id"], entry["clause"], tuple(map(_fold, entry["words"]))) for entry in entries)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CatalogueBroken(f"{path}: {error!r} is wrong or missing; see the entries beside it") from error
    wrong = [role.id for role in found if not role.words or role.clause not in set("abcdef")]
    if wrong or len({role.id for role in found}) != len(found):
        raise CatalogueBroken(
            f"{path}: give every role an id of its own, a clause (a-f) and words; see {wrong or 'ids'}"
        )
    return found


def choose_pages(discovery: Discovery, *, site_url: str, pages: int, seed: int) -> tuple[Choice, ...]:
    """At most `pages` pages of a site, each once, with what put it in; the same arguments give the same sample.

    First the home page, one page per role, one per section, with room left for the draw; then the draw. All of them
    when the site has no more. Raises ValueError for fewer than one page.
    """
    if pages < 1:
        raise ValueError(f"a sample has at least one page, not {pages}")
    candidates = sorted((entry for entry in discovery.addresses if entry.status is None), key=lambda entry: entry.url)
    named = [_Named.of(entry) for entry in candidates]
    draw = _Draw(candidates)
    draw.take(_home(discovery, candidates, site_url), "home")
    takes_all = pages >= len(candidates)
    fixed = pages if takes_all else pages - math.ceil(pages * RANDOM_SHARE / (1 + RANDOM_SHARE))
    for role in roles():
        if len(draw.chosen) < fixed:
            draw.take(_best(named, role), f"role:{role.id}")
    for entry in _sections(candidates, draw.chosen):
        if len(draw.chosen) < fixed:
            draw.take(entry, "section")
    rest = [entry for entry in candidates if entry.url not in draw.chosen]
    left = min(pages - len(draw.chosen), len(rest))
    picked = rest if takes_all else sorted(random.Random(seed).sample(rest, left), key=lambda entry: entry.url)
    for entry in picked:
        draw.take(entry, "all" if takes_all else "random")
    return tuple(Choice(url, why) for url, why in draw.chosen.items())


class _Draw:
    def __init__(self, candidates: Sequence[Address]) -> None:
        self._urls = {entry.url for entry in candidates}
        self.chosen: dict[str, str] = {}

    def take(self, entry: Address | None, why: str) -> None:
        """Choose a page, unless there is none or it was chosen for an earlier reason."""
        if entry is not None and entry.url in self._urls:
            self.chosen.setdefault(entry.url, why)


def _home(discovery: Discovery, candidates: Sequence[Address], site_url: str) -> Address | None:
    """The page that the site's own address leads to."""
    by_url = {entry.url: entry for entry in discovery.addresses}
    at = by_url.get(canonical(site_url) or site_url)
    while at is not None and at.duplicate_of is not None:
        at = by_url.get(at.duplicate_of)
    if at is not None:
        return at
    key = same_page_key(site_url)
    return next((entry for entry in candidates if entry.depth == 0 or same_page_key(entry.url) == key), None)


@dataclass(frozen=True, slots=True)
class _Named:
    """A page with all that may name it: end of the address, link, title; then every part of the path."""

    entry: Address
    names: tuple[str, ...]
    segments: tuple[str, ...]

    @classmethod
    def of(cls, entry: Address) -> _Named:
        segments = tuple(_segments(entry.url))
        title = re.split(r"\s[|\-–—]\s", entry.title)[0]
        return cls(entry, (segments[-1] if segments else "", _fold(entry.link_text), _fold(title)), segments)


def _best(pages: Sequence[_Named], role: Role) -> Address | None:
    """The page that fits a role best; None when none does."""
    fits = [(fit, page.entry) for page in pages if (fit := _fit(page, role)) is not None]
    return min(fits, key=lambda pair: (*pair[0], pair[1].url))[1] if fits else None


def _fit(page: _Named, role: Role) -> tuple[int, int, int, int] | None:
    """How well a page fits, lower is better: kind of match, which word, length of the path, of the address."""
    found = [(match, number) for number, word in enumerate(role.words) if (match := _match(word, page)) is not None]
    return (*min(found), len(page.segments), len(page.entry.url)) if found else None


def _match(word: str, page: _Named) -> int | None:
    if word in page.names:
        return page.names.index(word)
    places = (*page.names, *page.segments)
    return len(page.names) if any(f"-{word}-" in f"-{place}-" for place in places) else None


def _sections(candidates: Sequence[Address], chosen: dict[str, str]) -> list[Address]:
    """The front page of each section without a chosen page, large sections first."""
    members: defaultdict[str, list[Address]] = defaultdict(list)
    for entry in candidates:
        members[_section(entry.url)].append(entry)
    seen = {_section(url) for url in chosen}
    large = [name for name in members if name and name not in seen and len(members[name]) >= MIN_SECTION]
    large.sort(key=lambda name: (-len(members[name]), name))
    return [
        min(members[name], key=lambda entry: (len(_segments(entry.url)), len(entry.url), entry.url)) for name in large
    ]


def _section(url: str) -> str:
    return next(iter(_segments(url)), "")


def _segments(url: str) -> list[str]:
    return [_fold(unquote(part)) for part in urlsplit(url).path.split("/") if part]


@lru_cache(maxsize=65_536)
def _fold(text: str) -> str:
    """Lower case without accents, words joined by hyphens."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))
