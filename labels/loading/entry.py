"""Reads one entry of a rule file key by key, noting what is missing, mistyped or unknown instead of stopping at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from labels.errors import Problem
from labels.model import Mark
from labels.ranges import Range

T = TypeVar("T")
_MARKS = frozenset(mark.value for mark in Mark)
_RANGE_KEYS = ("from", "above", "up_to", "below")


class Entry:
    """One table of a rule file; a `take_` that cannot give the real value notes why and gives a harmless one."""

    def __init__(self, data: Mapping[str, Any], *, file: str, name: str, problems: list[Problem]) -> None:
        self._data = data
        self._taken: set[str] = set()
        self._problems = problems
        self.file = file
        self.name = name

    def refuse(self, problem: str, remedy: str) -> None:
        """Note what is wrong with this entry and what to do about it."""
        self._problems.append(Problem(self.file, self.name, problem, remedy))

    def has(self, key: str) -> bool:
        """Whether the entry says anything about the key."""
        return key in self._data

    def keys(self) -> tuple[str, ...]:
        """The keys as written."""
        return tuple(self._data)

    def finish(self) -> None:
        """Refuse keys that nobody asked for: most often a spelling mistake."""
        for key in self._data.keys() - self._taken:
            self.refuse(f"unknown key {key!r}", "correct its spelling or take it out")

    def _take(self, key: str, expected: type[T] | tuple[type[T], ...], wording: str, default: T, *, must: bool) -> T:
        self._taken.add(key)
        if key not in self._data:
            if must:
                self.refuse(f"{key} is missing", f"add {key}, {wording}")
            return default
        value = self._data[key]
        if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
            self.refuse(f"{key} is {value!r}", f"make it {wording}")
            return default
        return value

    def take_text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; required without a default."""
        text = self._take(key, str, "a text", default or "", must=default is None)
        if key in self._data and not text.strip():
            self.refuse(f"{key} is empty", f"write {key}, or take it out when it may be left out")
        return text

    def take_flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        return self._take(key, bool, "true or false", default, must=False)

    def take_integer(self, key: str, default: int | None = None) -> int:
        """A whole number; required without a default."""
        return self._take(key, int, "a whole number", default or 0, must=default is None)

    def take_number(self, key: str, default: float | None = None) -> float:
        """A finite number; required without a default."""
        number: float = self._take(key, (int, float), "a number", default or 0, must=default is None)
        if number != number or number in (float("inf"), float("-inf")):
            self.refuse(f"{key} is {number}", "write a finite number")
            return 0
        return number

    def take_date(self, key: str) -> date:
        """A date without quotes."""
        return self._take(key, date, "a date such as 2026-01-31", date.min, must=True)

    def take_list(self, key: str, *, must: bool = False) -> Sequence[Any]:
        """A list of anything."""
        return self._take(key, list, "a list", [], must=must)

    def take_any(self, key: str) -> object:
        """Whatever stands there; the caller judges it."""
        self._taken.add(key)
        return self._data.get(key)

    def take_names(self, key: str, *, must: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        names = self.take_list(key, must=must)
        if all(isinstance(name, str) and name for name in names):
            return tuple(names)
        self.refuse(f"{key} is {names!r}", "make it a list of texts")
        return ()

    def take_entries(self, key: str, *, must: bool = False) -> list[Entry]:
        """A list of tables below this one."""
        return [
            self._below(item, f"{self.name}: {key} {number}")
            for number, item in enumerate(self.take_list(key, must=must), start=1)
        ]

    def take_entry(self, key: str) -> Entry:
        """One table below this one; empty when it is left out."""
        return self._below(self._take(key, dict, "a table", {}, must=False), f"{self.name}: {key}")

    def _below(self, data: object, name: str) -> Entry:
        if isinstance(data, dict):
            return Entry(data, file=self.file, name=name, problems=self._problems)
        self.refuse(f"{data!r} stands where a table belongs", "write it between braces, as key = value")
        return Entry({}, file=self.file, name=name, problems=self._problems)

    def take_sources(self) -> tuple[tuple[str, ...], Mark]:
        """The sources of a question or threshold, and how sure they are."""
        sources = self.take_names("source", must=True)
        if self.has("source") and not sources:
            self.refuse("source is empty", "name at least one source of sources.toml")
        mark = self.take_text("mark")
        if mark in _MARKS:
            return sources, Mark(mark)
        self.refuse(f"mark is {mark!r}", "write V (read in the source), M (from memory) or P (proposal)")
        return sources, Mark.PROPOSAL

    def take_range(self) -> Range:
        """The range that this entry's own `from`, `above`, `up_to` and `below` describe."""
        given = {key: self.take_number(key) for key in _RANGE_KEYS if self.has(key)}
        for one, other in (("from", "above"), ("up_to", "below")):
            if one in given and other in given:
                self.refuse(f"both {one} and {other} are given", "keep the one that is meant")
        return Range(
            given.get("from", given.get("above")),
            given.get("up_to", given.get("below")),
            low_open="above" in given,
            high_open="below" in given,
        )

    def has_range(self) -> bool:
        """Whether the entry describes a range itself."""
        return any(self.has(key) for key in _RANGE_KEYS)
