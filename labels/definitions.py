"""What the rule files say, as frozen values: fields, kinds, criteria in their five shapes, venue types, catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from labels.model import Mark, Verdict
from labels.ranges import Range

Code = str | bool
VENUE_KIND = "venue"


@dataclass(frozen=True, slots=True)
class RangeTest:
    """Holds when the number given for a field lies in a range."""

    field: str
    range: Range


@dataclass(frozen=True, slots=True)
class CodeTest:
    """Holds when the choice given for a field is among the codes, or is not when `wanted` is False."""

    field: str
    codes: frozenset[Code]
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class PartTest:
    """Holds when the element is a part of one of these kinds, or is not when `wanted` is False."""

    kinds: frozenset[str]
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class OrderTest:
    """Holds when the number given for a field is at most the number given for another one."""

    field: str
    at_most: str


Test = RangeTest | CodeTest | PartTest | OrderTest
Condition = tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """One thing an answer has to fulfil: a number that is at least, above, at most or below a limit, or some codes."""

    field: str
    comparison: str
    limit: float | None = None
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a verdict stands on: the row of the rule that gives it, with its sources and how sure they are."""

    gives: Verdict
    sources: tuple[str, ...]
    mark: Mark
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A range of numbers and the verdict it gives."""

    range: Range
    ground: Ground


@dataclass(frozen=True, slots=True)
class Variant:
    """The bands that hold while a condition does; `limits` are the numbers at which their verdict changes."""

    when: Condition
    bands: tuple[Band, ...]
    limits: tuple[float, ...]


class Combine(StrEnum):
    """How several fields become the number that is judged."""

    ONLY = "only"
    BEST = "best"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Scale:
    """Ranges on a number: of one field, of the best of several, or of a weighted sum."""

    fields: tuple[str, ...]
    combine: Combine
    factors: tuple[float, ...]
    by: str | None
    variants: tuple[Variant, ...]
    better: str
    unit: str


@dataclass(frozen=True, slots=True)
class ChoiceScale:
    """A verdict per option of a choice, or for yes and no."""

    field: str
    grounds: Mapping[Code, Ground]


@dataclass(frozen=True, slots=True)
class PairStep:
    """The smallest width and depth that give a verdict."""

    width: float
    depth: float
    ground: Ground


@dataclass(frozen=True, slots=True)
class Pair:
    """A width and a depth judged together, from the best step down; `either_way` allows to turn them round."""

    fields: tuple[str, ...]
    steps: tuple[PairStep, ...]
    otherwise: Ground
    either_way: bool
    unit: str


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """How many are needed for a total within `at`: base + (total - after) * add / per, rounded."""

    at: Range
    base: int
    add: int
    per: int
    after: int
    rounding: str


@dataclass(frozen=True, slots=True)
class Quota:
    """A count judged against the number a table asks for: enough, at least `minimum`, or fewer."""

    field: str
    by: str
    rows: tuple[QuotaRow, ...]
    enough: Ground
    minimum: int
    some: Ground
    too_few: Ground


@dataclass(frozen=True, slots=True)
class Case:
    """A verdict for answers that fulfil all tests together."""

    when: Condition
    ground: Ground


@dataclass(frozen=True, slots=True)
class Cases:
    """Combinations of answers; the first case that holds gives the verdict, `otherwise` when none does."""

    cases: tuple[Case, ...]
    otherwise: Ground
    limits: Mapping[str, tuple[float, ...]]


Shape = Scale | ChoiceScale | Pair | Quota | Cases


@dataclass(frozen=True, slots=True)
class Criterion:
    """One rule of one user group on one kind of element; `fields` are all the answers it may look at."""

    id: str
    group: str
    kind: str
    nl: str
    veto: bool
    when: Condition
    shape: Shape
    fields: tuple[str, ...]
    rule_set: str
    file: str


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
    fields: Mapping[str, Field]
    checks: tuple[Check, ...]
    criteria: Mapping[str, Criterion]
    venue_types: Mapping[str, VenueType]
    retired: Mapping[str, Retired]
    texts: Mapping[str, str]
    estimate_cap: Ground
    criteria_of: Mapping[tuple[str, str], tuple[Criterion, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
