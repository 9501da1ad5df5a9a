"""The success criteria and the Dutch titles of rules, read from TOML and proven before anybody uses them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from crawler.errors import CatalogueBroken

CRITERIA_FILE = Path(__file__).with_name("criteria.toml")
RULE_TITLES_FILE = Path(__file__).with_name("rules_nl.toml")
CRITERIA_COUNT = 56
"""The 55 criteria of WCAG 2.2 on levels A and AA, and 4.1.1 of WCAG 2.0 and 2.1."""

_LEVELS = frozenset({"A", "AA"})
_VERSIONS = frozenset({"2.0", "2.1", "2.2"})
_REQUIRED = frozenset({"id", "name_nl", "level", "since_version", "clause"})
_OPTIONAL = frozenset({"removed_in"})
_TITLE_LIMIT = 70


@dataclass(frozen=True, slots=True)
class Criterion:
    """One success criterion. `removed_in` is "" while it stands, `clause` the number in EN 301 549."""

    id: str
    name_nl: str
    level: str
    since_version: str
    removed_in: str
    clause: str
    principle_nl: str

    @property
    def order(self) -> tuple[int, ...]:
        """Sorts 1.4.2 before 1.4.10."""
        return tuple(int(part) for part in self.id.split("."))


@cache
def load_criteria() -> Mapping[str, Criterion]:
    """The catalogue by criterion id, in the order of WCAG; raises `CatalogueBroken` when the file is wrong."""
    criteria = read_criteria(CRITERIA_FILE)
    if len(criteria) != CRITERIA_COUNT:
        raise CatalogueBroken(
            f"{CRITERIA_FILE.name}: {len(criteria)} criteria, not {CRITERIA_COUNT}; compare with WCAG 2.2 A and AA"
        )
    return criteria


@cache
def load_rule_titles() -> Mapping[str, str]:
    """A short Dutch title per engine rule: what is wrong, at most 70 characters."""
    return read_rule_titles(RULE_TITLES_FILE)


def read_criteria(path: Path) -> Mapping[str, Criterion]:
    """Read and prove a criteria file: ids unique and in order, fields present and known, clause beside the id."""
    document = _read_toml(path)
    principles = document.get("principles", {})
    criteria: dict[str, Criterion] = {}
    for position, row in enumerate(document.get("criterion", []), start=1):
        criterion = _read_criterion(path, position, row, principles)
        if criterion.id in criteria:
            raise CatalogueBroken(f"{path.name}: criterion {criterion.id} stands there twice; keep one")
        criteria[criterion.id] = criterion
    if list(criteria.values()) != sorted(criteria.values(), key=lambda criterion: criterion.order):
        raise CatalogueBroken(f"{path.name}: criteria are not in the order of WCAG; sort them by number")
    return MappingProxyType(criteria)


def read_rule_titles(path: Path) -> Mapping[str, str]:
    """Read and prove a file of rule titles: none empty, none too long, none said twice."""
    titles = _read_toml(path).get("titles", {})
    seen: dict[str, str] = {}
    for rule, title in titles.items():
        if not isinstance(title, str) or not title.strip():
            raise CatalogueBroken(f"{path.name}: rule {rule} has no title; write what is wrong in a few Dutch words")
        if len(title) > _TITLE_LIMIT:
            raise CatalogueBroken(
                f"{path.name}: the title of {rule} has {len(title)} characters; {_TITLE_LIMIT} at most"
            )
        if title in seen:
            raise CatalogueBroken(f"{path.name}: {rule} and {seen[title]} have the same title; tell them apart")
        seen[title] = rule
    return MappingProxyType(dict(titles))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueBroken(f"{path.name} is not valid TOML: {error}") from error


def _read_criterion(path: Path, position: int, row: dict[str, Any], principles: dict[str, str]) -> Criterion:
    name = f"{path.name}: criterion {row.get('id', f'number {position}')}"
    missing = sorted(_REQUIRED - row.keys())
    if missing:
        raise CatalogueBroken(f"{name} lacks {', '.join(missing)}")
    unknown = sorted(row.keys() - _REQUIRED - _OPTIONAL)
    if unknown:
        raise CatalogueBroken(f"{name} has unknown fields {', '.join(unknown)}; correct the spelling or remove them")
    for problem in _problems(row, principles):
        raise CatalogueBroken(f"{name}: {problem}")
    return Criterion(
        id=row["id"],
        name_nl=row["name_nl"],
        level=row["level"],
        since_version=row["since_version"],
        removed_in=row.get("removed_in", ""),
        clause=row["clause"],
        principle_nl=principles[row["id"][0]],
    )


def _problems(row: dict[str, Any], principles: dict[str, str]) -> list[str]:
    found = []
    if not all(isinstance(value, str) and value.strip() for value in row.values()):
        return ["every field is a text that is not empty"]
    if not re.fullmatch(r"[1-4]\.\d\.\d{1,2}", row["id"]):
        found.append(f"id {row['id']!r} is not of the form 1.4.10")
    elif row["id"][0] not in principles:
        found.append(f"principle {row['id'][0]} is not in [principles]")
    if row["level"] not in _LEVELS:
        found.append(f"level {row['level']!r} is not A or AA")
    if not {row["since_version"], row.get("removed_in", "2.2")} <= _VERSIONS:
        found.append("since_version and removed_in are one of 2.0, 2.1, 2.2")
    if row["clause"] != f"9.{row['id']}":
        found.append(f"clause {row['clause']!r} does not belong to it; EN 301 549 numbers it 9.{row['id']}")
    return found
