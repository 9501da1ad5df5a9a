"""The parts that rules are made of: conditions, grounds, and criteria in their five shapes; all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from labels.model import Mark, Verdict
from labels.ranges import Range

Code = str | bool


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


def fields_of(condition: Condition) -> tuple[str, ...]:
    """The fields that a condition reads, one after the other."""
    keys: list[str] = []
    for test in condition:
        if isinstance(test, OrderTest):
            keys.extend((test.field, test.at_most))
        elif not isinstance(test, PartTest):
            keys.append(test.field)
    return tuple(keys)


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


def fields_of_shape(shape: Shape) -> tuple[str, ...]:
    """All fields that a rule of this shape may look at, the one it is about first."""
    match shape:
        case Scale():
            by = () if shape.by is None else (shape.by,)
            return (*shape.fields, *by, *(key for variant in shape.variants for key in fields_of(variant.when)))
        case ChoiceScale():
            return (shape.field,)
        case Pair():
            return shape.fields
        case Quota():
            return (shape.field, shape.by)
        case Cases():
            return tuple(key for case in shape.cases for key in fields_of(case.when)) or ("",)
