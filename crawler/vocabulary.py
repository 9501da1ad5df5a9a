"""The words by which addresses and error pages are read, from addresses.toml; loaded once, proved when loaded."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crawler.errors import CatalogueBroken

FILE = Path(__file__).with_name("addresses.toml")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every list of addresses.toml under `section_name`, in lower case."""

    noise_tracking: frozenset[str]
    noise_tracking_prefixes: tuple[str, ...]
    noise_session: frozenset[str]
    noise_session_prefixes: tuple[str, ...]
    noise_maybe_session: frozenset[str]
    files_documents: frozenset[str]
    files_resources: frozenset[str]
    traps_print: frozenset[str]
    traps_sort: frozenset[str]
    traps_look: frozenset[str]
    traps_looks: frozenset[str]
    traps_return_address: frozenset[str]
    traps_filter: frozenset[str]
    traps_filter_prefixes: tuple[str, ...]
    traps_date: frozenset[str]
    traps_date_part: frozenset[str]
    traps_year: frozenset[str]
    traps_months: frozenset[str]
    traps_agenda: frozenset[str]
    traps_span: frozenset[str]
    traps_identifier: frozenset[str]
    missing_whole: frozenset[str]
    missing_subjects: frozenset[str]
    missing_absences: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that comes with this package."""
    return read_vocabulary(FILE)


def read_vocabulary(path: Path) -> Vocabulary:
    """Read a vocabulary; raise `CatalogueBroken`, naming file and place, when it cannot be used."""
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueBroken(f"{path}: {error}") from error
    try:
        return Vocabulary(**{name: _value(data, name) for name in Vocabulary.__dataclass_fields__})
    except (KeyError, TypeError, AttributeError) as error:
        raise CatalogueBroken(f"{path}: {error} is missing or no list of texts") from error


def _value(data: dict[str, Any], name: str) -> Any:
    section, _, key = name.partition("_")
    words = data[section][key]
    if not isinstance(words, list):
        raise TypeError(f"[{section}] {key}")
    lower = tuple(word.lower() for word in words)
    return lower if key.endswith("prefixes") else frozenset(lower)
