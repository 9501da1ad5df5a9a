"""What the law wants in the sample of a website, with source and evidence of each clause; and our kinds of sample."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from crawler.errors import CatalogueBroken

FILE = Path(__file__).with_name("law.toml")
EVIDENCE = ("V", "P", "M", "I")
STEPS = ("home", "listed", "roles", "templates", "contents", "sections", "loners")


class SampleKind(StrEnum):
    """The kinds of sample: a frequent look, simplified monitoring (3.4), or all that 3.2 asks."""

    LIGHT = "light"
    SIMPLIFIED = "simplified"
    FULL = "full"


FULL = SampleKind.FULL


@dataclass(frozen=True, slots=True)
class LegalClause:
    """One thing that the law asks, in our words. `evidence` is V (read in `source`), P (partly), M (from memory)."""

    id: str
    asks: str
    place: str
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sample: the roles of which clauses it wants, in which order it is filled, and how large it is."""

    id: str
    place: str
    evidence: str
    clauses: tuple[str, ...]
    steps: tuple[str, ...]
    documents: bool = False
    pages: int = 0
    least: int = 0
    most: int = 0

    @property
    def has_own_size(self) -> bool:
        """True when the caller does not say how many pages there are in it."""
        return bool(self.pages or self.most)

    def size(self, found: int, *, asked: int) -> int:
        """How many pages a sample of a site with `found` pages has; `asked` counts for a kind without its own size."""
        if self.most:
            wanted = min(max(math.isqrt(max(found - 1, 0)) + (found > 0), self.least), self.most)
        else:
            wanted = self.pages or asked
        return min(wanted, found)


@dataclass(frozen=True, slots=True)
class Law:
    """All of law.toml."""

    clauses: dict[str, LegalClause]
    kinds: dict[str, Kind]


@cache
def law() -> Law:
    """The clauses and kinds that come with this package."""
    return read_law(FILE)


def read_law(path: Path) -> Law:
    """Read a file of clauses and kinds; raise `CatalogueBroken`, naming file and entry, when it cannot be used."""
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
        clauses = {entry["id"]: LegalClause(**entry) for entry in data["clause"]}
        kinds = {entry["id"]: _kind(entry) for entry in data["kind"]}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CatalogueBroken(f"{path}: {error!r} is wrong or missing; see the entries beside it") from error
    wrong = [clause.id for clause in clauses.values() if not _is_sound(clause)]
    wrong += [kind.id for kind in kinds.values() if not set(kind.steps) <= set(STEPS) or kind.evidence not in EVIDENCE]
    if wrong or set(kinds) != set(SampleKind):
        raise CatalogueBroken(
            f"{path}: a clause has text, place and evidence ({', '.join(EVIDENCE)}; a source unless it is M or I), "
            f"a kind has steps out of {', '.join(STEPS)}; see {wrong or sorted(kinds)}"
        )
    return Law(clauses, kinds)


def _kind(entry: dict[str, Any]) -> Kind:
    return Kind(**entry | {"clauses": tuple(entry["clauses"]), "steps": tuple(entry["steps"])})


def _is_sound(clause: LegalClause) -> bool:
    has_source = bool(clause.source) or clause.evidence in ("M", "I")
    return bool(clause.asks and clause.place) and clause.evidence in EVIDENCE and has_source
