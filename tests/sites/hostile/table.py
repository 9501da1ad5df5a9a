"""Read the table of expectations: for every address of the hostile site, what a scan of it must say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crawler.model import Reason, VisitStatus

FILE = Path(__file__).with_name("expectations.toml")
_JUDGED = frozenset({VisitStatus.SCANNED, VisitStatus.PARTIAL})
_FIELDS = frozenset({"ends", "finds", "may_find", "final", "says", "note"})

End = tuple[VisitStatus, Reason | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One address and what must become of it.

    `ends` are the states that are right, `finds` the rules that must be broken when the page is judged (those and no
    others but those of `may_find`, best practice left out; `frame-not-tested` among them), `final` the address where
    it must end (templates as in `Hosts.fill`; "*" where the page itself decides), `says` a text that must be in its
    notes or detail.
    """

    group: str
    address: str
    ends: frozenset[End]
    finds: frozenset[str]
    may_find: frozenset[str]
    final: frozenset[str]
    says: str
    note: str


@cache
def rows() -> tuple[Row, ...]:
    """All rows in the order of the file; a row that cannot be meant raises ValueError, naming it."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_row(group, address, cells) for group, found in data.items() for address, cells in found.items())


def _row(group: str, address: str, cells: Mapping[str, Any]) -> Row:
    if unknown := set(cells) - _FIELDS:
        raise ValueError(f"{FILE.name}: {address}: unknown {sorted(unknown)}")
    ends = frozenset(end for text in _listed(cells["ends"]) for end in _ends(text))
    judged = any(status in _JUDGED for status, _ in ends)
    finds = frozenset(str(cells.get("finds", "image-alt" if judged else "")).split())
    if finds and not judged:
        raise ValueError(f"{FILE.name}: {address}: nothing can be found on a page that is not judged")
    place = f"{{site}}{address}" if address.startswith("/") else address
    final = frozenset(_listed(cells.get("final", place if judged else "*")))
    may_find = frozenset(str(cells.get("may_find", "")).split())
    return Row(group, place, ends, finds, may_find, final, cells.get("says", ""), cells.get("note", ""))


def _ends(text: str) -> list[End]:
    """`failed timeout-nav/timeout-wall` is two ends; `scanned` has no reason."""
    status, _, reasons = text.partition(" ")
    return [(VisitStatus(status), Reason(reason) if reason else None) for reason in reasons.split("/")]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
