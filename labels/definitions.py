"""What may be asked and of what: fields, kinds, venue types, methods, sources, groups, and the catalogue of it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from labels.model import Mark
from labels.ranges import Range
from labels.shapes import Condition, Criterion, Ground

VENUE_KIND = "venue"


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer to a choice."""

    code: str
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question about one kind of element. `hard` refuses, `soft` warns, `when` says whether it is asked at all."""

    key: str
    kind: str
    type: str
    unit: str
    nl: str
    en: str
    how: str
    hard: Range | None
    soft: Range | None
    half_life: str
    options: tuple[Option, ...]
    when: Condition
    sources: tuple[str, ...]
    mark: Mark
    may_not_apply: bool
    required: bool
    file: str

    def option(self, code: str) -> Option | None:
        """The option with this code, if there is one."""
        return next((option for option in self.options if option.code == code), None)


class Passing(StrEnum):
    """How a default route passes a kind: all there are, one of them, or one when it has to change floors."""

    ALL = "all"
    ONE = "one"
    FLOORS = "floors"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of element: what it may be a part of, what it may lead to, which parts it cannot do without.

    `passing` and `passed_when` say how a default route takes it; a surveyor may always decide otherwise.
    """

    id: str
    nl: str
    en: str
    how: str
    repeatable: bool
    part_of: tuple[str, ...]
    leads_to: tuple[str, ...]
    needs_parts: tuple[str, ...]
    passing: Passing
    passed_when: Condition
    fields: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Check:
    """Answers of one element that cannot all be true: when `when` holds, `must` has to hold as well."""

    id: str
    kind: str
    when: Condition
    must: Condition
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Destination:
    """What visitors come for: an element of `kind` that fits `where`; core ones decide about the venue."""

    id: str
    nl: str
    en: str
    kind: str
    core: bool
    where: Condition
    when: Condition
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Elements a venue must have before it can be published, while a condition on the venue holds."""

    kind: str
    when: Condition
    where: Condition


@dataclass(frozen=True, slots=True)
class Module:
    """A group of questions: the kinds of elements that it opens, in the order in which a surveyor meets them."""

    id: str
    nl: str
    en: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VenueType:
    """A type of venue: the modules of questions it opens, its destinations and what it cannot do without."""

    id: str
    nl: str
    en: str
    modules: tuple[str, ...]
    kinds: tuple[str, ...]
    destinations: tuple[Destination, ...]
    needs: tuple[Need, ...]
    required_answers: tuple[str, ...]
    file: str

    def destination(self, destination_id: str) -> Destination | None:
        """The destination with this id, if the type has it."""
        return next((d for d in self.destinations if d.id == destination_id), None)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far a method may be off: the larger of a fixed amount and a percentage of the value."""

    absolute: float
    percent: float

    def around(self, value: float) -> float:
        """The possible error of a value, in its own unit."""
        return max(self.absolute, abs(value) * self.percent / 100)


@dataclass(frozen=True, slots=True)
class Method:
    """A way of getting an answer; an estimate never supports the best verdict."""

    id: str
    nl: str
    en: str
    types: tuple[str, ...]
    is_estimate: bool
    accuracy: Mapping[str, Accuracy]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a question or a threshold comes from, and when it was taken over."""

    id: str
    title: str
    recorded_on: date
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """A user group for whom a venue is judged."""

    id: str
    nl: str
    en: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Retired:
    """An id that is no longer used, kept with the one that took its place."""

    id: str
    successor: str
    since: date


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rules of one version, proven to be consistent; made by `labels.catalogue.load_catalogue` alone."""

    version: str
    dated: date
    sources: Mapping[str, Source]
    methods: Mapping[str, Method]
    half_lives: Mapping[str, int]
    groups: Mapping[str, Group]
    kinds: Mapping[str, Kind]
    modules: Mapping[str, Module]
    fields: Mapping[str, Field]
    checks: tuple[Check, ...]
    criteria: Mapping[str, Criterion]
    venue_types: Mapping[str, VenueType]
    retired: Mapping[str, Retired]
    texts: Mapping[str, str]
    estimate_cap: Ground
    criteria_of: Mapping[tuple[str, str], tuple[Criterion, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
