"""Which pages have a role that a sample wants (contact, statement, a service), told by their names; pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.errors import CatalogueBroken
from crawler.model import Address

FILE = Path(__file__).with_name("roles.toml")
_CLAUSES = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of page that a sample wants; earlier words are surer. `is_service` when documents may belong to it."""

    id: str
    clause: str
    words: tuple[str, ...]
    is_service: bool

    @property
    def want(self) -> str:
        """The id of the clause and the role in a sample, such as `a:contact`."""
        return f"{self.clause}:{self.id}"


@dataclass(frozen=True, slots=True)
class Named:
    """Something with all that may name it, surest first: end of the address, link, title, heading; then the path.

    `places` is all of it in one text, to see at once that a word is nowhere.
    """

    url: str
    names: tuple[str, ...]
    segments: tuple[str, ...]
    places: str


@cache
def roles() -> tuple[Role, ...]:
    """The roles that come with this package, first things first."""
    return read_roles(FILE)


def read_roles(path: Path) -> tuple[Role, ...]:
    """Read a list of roles; raise `CatalogueBroken`, naming file and entry, when it cannot be used."""
    try:
        with path.open("rb") as file:
            found = tuple(_role(entry) for entry in tomllib.load(file)["role"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise CatalogueBroken(f"{path}: {error!r} is wrong or missing; see the entries beside it") from error
    wrong = [role.id for role in found if not all(role.words) or not role.words or role.clause not in _CLAUSES]
    if wrong or len({role.id for role in found}) != len(found):
        raise CatalogueBroken(
            f"{path}: give every role an id of its own, a clause (a-c) and words; see {wrong or 'ids'}"
        )
    return found


def _role(entry: dict[str, object]) -> Role:
    words = entry["words"]
    if not isinstance(words, list):
        raise TypeError(f"words of {entry['id']}")
    clause = str(entry["clause"])
    return Role(str(entry["id"]), clause, tuple(map(fold, words)), bool(entry.get("service", clause == "b")))


def name_page(page: Address) -> Named:
    """A page with its names; what follows a joint in its title is the name of the site and left out."""
    title = re.split(r"\s[|\-–—]\s", page.title)[0]
    return name_address(page.url, page.link_text, title, page.heading)


def name_address(url: str, *texts: str) -> Named:
    """An address with the texts that may name it, surest first."""
    segments = tuple(segments_of(url))
    names = (segments[-1] if segments else "", *map(fold, texts))
    return Named(url, names, segments, "".join(f"-{place}-|" for place in (*names, *segments)))


def best_page(pages: Sequence[Named], role: Role) -> str | None:
    """The address of the page that fits a role best; None when none does."""
    fits = [(fit, page.url) for page in pages if (fit := how_fit(page, role)) is not None]
    return min(fits)[1] if fits else None


def how_fit(page: Named, role: Role) -> tuple[int, int, int, int] | None:
    """How well a page fits, lower is better: kind of match, which word, length of the path, of the address; or None."""
    found = [(match, number) for number, word in enumerate(role.words) if (match := _match(word, page)) is not None]
    return (*min(found), len(page.segments), len(page.url)) if found else None


def _match(word: str, page: Named) -> int | None:
    """The place of the name that is the word; one more than the last when the word is only a part of one."""
    if f"-{word}-" not in page.places:
        return None
    return page.names.index(word) if word in page.names else len(page.names)


def fits_host(host: str, role: Role) -> bool:
    """True when the name of another host speaks of the role, such as `afspraken.voorbeeld.be`."""
    return _has_word(fold(host), role.words)


def _has_word(text: str, words: Iterable[str]) -> bool:
    return any(f"-{word}-" in f"-{text}-" for word in words)


def segments_of(url: str) -> list[str]:
    """The parts of a path, folded."""
    return [fold(unquote(part)) for part in urlsplit(url).path.split("/") if part]


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Lower case without accents, words joined by hyphens."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))
