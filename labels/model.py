"""The values a survey is made of: verdicts, answers, elements, routes, venue; all frozen, none knows the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from labels.errors import VenueRefused


class Verdict(StrEnum):
    """What a user group can do with a thing; `UNKNOWN` never turns into no, nor into yes."""

    INDEPENDENT = "zelfstandig"
    WITH_HELP = "met_hulp"
    NO = "niet"
    UNKNOWN = "onbekend"
    NOT_APPLICABLE = "nvt"


class Level(StrEnum):
    """What is said of a venue as a whole: a verdict, or `INFORMATION` for a *niet* that is completely described."""

    INDEPENDENT = "zelfstandig"
    WITH_HELP = "met_hulp"
    INFORMATION = "informatie"
    NO = "niet"
    UNKNOWN = "onbekend"
    NOT_APPLICABLE = "nvt"


class State(StrEnum):
    """What became of a question; a question without any answer was not asked yet."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    COULD_NOT_ENTER = "could_not_enter"


class Mark(StrEnum):
    """How sure a threshold is: read in a named source, from memory, or our own proposal."""

    VERIFIED = "V"
    MEMORY = "M"
    PROPOSAL = "P"


@dataclass(frozen=True, slots=True)
class Size:
    """A width and a depth in centimetres; 120 by 90 is not 90 by 120."""

    width: float
    depth: float


Value = bool | int | float | str | tuple[str, ...] | Size | date

_RANK = {Verdict.NO: 0, Verdict.UNKNOWN: 1, Verdict.WITH_HELP: 2, Verdict.INDEPENDENT: 3}


def rank_of(verdict: Verdict) -> int:
    """The place of a verdict from worst (0) to best (3); *nvt* has none and raises KeyError."""
    return _RANK[verdict]


def worst_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of things that all have to be passed: *niet* before *onbekend*; *nvt* does not weigh."""
    return min((v for v in verdicts if v in _RANK), key=rank_of, default=Verdict.NOT_APPLICABLE)


def best_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of things of which one is enough: *onbekend* before *niet*, for it may still turn out well."""
    return max((v for v in verdicts if v in _RANK), key=rank_of, default=Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a surveyor; lengths in cm, distances in m, slopes in %. `reference` is the measurement's id."""

    state: State
    value: Value | None = None
    method: str = ""
    measured_on: date | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        if self.state is not State.KNOWN:
            if self.value is not None:
                raise VenueRefused(f"an answer in state {self.state} cannot carry a value; drop it or say known")
        elif self.value is None or not self.method or self.measured_on is None:
            raise VenueRefused("a known answer needs a value, a method and the date of measuring")


def known(value: Value, *, method: str, measured_on: date, reference: str = "") -> Answer:
    """A measured or established answer."""
    return Answer(State.KNOWN, value, method, measured_on, reference)


@dataclass(frozen=True, slots=True)
class Element:
    """One thing in or around a venue. `answers` are keyed by field; `parent_id` is what it is a part of or leads to."""

    id: str
    kind: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    name: str = ""
    parent_id: str | None = None
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A way to a destination: element ids in the order they are met, the last one being the target."""

    id: str
    destination: str
    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Venue:
    """Everything known of a place. `unreachable` holds elements of which it was established that no route exists."""

    id: str
    venue_type: str
    elements: tuple[Element, ...] = ()
    routes: tuple[Route, ...] = ()
    unreachable: frozenset[str] = frozenset()
