"""What a surveyor hands in: elements with answers, routes, and what was taken away; frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from labels.model import Answer


@dataclass(frozen=True, slots=True)
class ElementEntry:
    """One element as handed in; `id` is a UUID as text, made up by whoever adds the element.

    `answers` by field: a field that is left out stays as it is, None takes its answer back. An answer with the
    state, value and method that are known already is no news, unless its field is in `confirmed` (measured anew).
    """

    id: str
    kind: str
    name: str = ""
    parent_id: str | None = None
    floor: int | None = None
    answers: Mapping[str, Answer | None] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """A way to a destination of the venue type: element ids in the order they are met, the last one the target."""

    destination: str
    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyEntry:
    """What one sending of the form says. Elements that are not named stay as they are.

    `retired` elements are gone from the venue (their history stays; sent again, they are back). `routes` and
    `unreachable` are whole sets that take the place of the present ones; None leaves those as they are.
    `based_on` is the version of the `CurrentSurvey` that the form was made from: an answer that somebody else
    changed since is never silently overwritten.
    """

    measured_on: date
    elements: tuple[ElementEntry, ...] = ()
    retired: frozenset[str] = frozenset()
    routes: tuple[RouteEntry, ...] | None = None
    unreachable: frozenset[str] | None = None
    note: str = ""
    source: str = ""
    based_on: int | None = None
