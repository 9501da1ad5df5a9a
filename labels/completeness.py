"""What a survey still lacks before it may be published, and how much of it is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from labels.definitions import VENUE_KIND, Catalogue, Destination, Field, Need
from labels.model import Element, State, Venue
from labels.survey import Survey


class Lack(StrEnum):
    """What kind of thing is missing."""

    ANSWER = "answer"
    ELEMENT = "element"
    PART = "part"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that has to be entered: an answer of an element, an element, a part of one, or a route.

    `kind` is the kind of element concerned; for a route, `destination` names it and `element_id` its target if known.
    """

    lack: Lack
    kind: str
    element_id: str | None = None
    field: str | None = None
    destination: str | None = None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a survey is: required questions that arise, those asked (any state), those filled (known or n/a)."""

    required: int
    asked: int
    filled: int
    missing: tuple[Missing, ...]

    @property
    def may_publish(self) -> bool:
        """True when nothing required was left out; an honest 'not measured' is an answer."""
        return not self.missing


def asked_fields(catalogue: Catalogue, survey: Survey, element: Element) -> tuple[Field, ...]:
    """The questions that arise for an element given its answers so far, in the order of the catalogue.

    A question whose condition is still unknown does not arise yet.
    """
    facts = survey.facts(element.id)
    fields = (catalogue.fields[key] for key in catalogue.kinds[element.kind].fields)
    return tuple(field for field in fields if facts.holds(field.when) is True)


def missing_required(catalogue: Catalogue, venue: Venue) -> tuple[Missing, ...]:
    """Everything that keeps the venue from being published; empty when it may be."""
    return measure_completeness(catalogue, venue).missing


def measure_completeness(catalogue: Catalogue, venue: Venue) -> Completeness:
    """The state of a survey; the venue has to fit the catalogue."""
    return _completeness(catalogue, Survey(catalogue, venue))


def is_complete(catalogue: Catalogue, survey: Survey) -> bool:
    """True when everything required is there and known, so that a *niet* is complete information."""
    completeness = _completeness(catalogue, survey)
    return completeness.may_publish and completeness.filled == completeness.required


def _completeness(catalogue: Catalogue, survey: Survey) -> Completeness:
    required = asked = filled = 0
    missing: list[Missing] = [*_missing_elements(catalogue, survey), *_missing_routes(catalogue, survey)]
    for element in _relevant_elements(catalogue, survey):
        for field in _required_fields(catalogue, survey, element):
            required += 1
            answer = element.answers.get(field.key)
            if answer is None:
                missing.append(Missing(Lack.ANSWER, element.kind, element.id or None, field.key))
                continue
            asked += 1
            filled += answer.state in (State.KNOWN, State.NOT_APPLICABLE)
    return Completeness(required, asked, filled, tuple(missing))


def _relevant_elements(catalogue: Catalogue, survey: Survey) -> Iterator[Element]:
    """The venue itself first, then every element of a kind that the venue type asks about."""
    yield survey.venue_facts.element
    kinds = catalogue.venue_types[survey.venue.venue_type].kinds
    yield from (e for e in survey.venue.elements if e.kind in kinds and e.kind != VENUE_KIND)


def _required_fields(catalogue: Catalogue, survey: Survey, element: Element) -> Iterator[Field]:
    wanted = {*catalogue.required, *catalogue.venue_types[survey.venue.venue_type].required_answers}
    yield from (field for field in asked_fields(catalogue, survey, element) if field.key in wanted)


def _missing_elements(catalogue: Catalogue, survey: Survey) -> Iterator[Missing]:
    for need in catalogue.venue_types[survey.venue.venue_type].needs:
        if survey.venue_facts.holds(need.when) and not _is_met(survey, need):
            yield Missing(Lack.ELEMENT, need.kind)
    for element in survey.venue.elements:
        for part in survey.missing_parts(element):
            yield Missing(Lack.PART, part, element.id)


def _is_met(survey: Survey, need: Need) -> bool:
    """An element that may still turn out to fit counts: its own open question is reported already."""
    return any(
        element.kind == need.kind and survey.facts(element.id).holds(need.where) is not False
        for element in survey.venue.elements
    )


def _missing_routes(catalogue: Catalogue, survey: Survey) -> Iterator[Missing]:
    for destination in catalogue.venue_types[survey.venue.venue_type].destinations:
        if survey.venue_facts.holds(destination.when) is False:
            continue
        reached = {route.legs[-1] for route in survey.routes_to(destination)}
        yield from _unreached(survey, destination, reached)


def _unreached(survey: Survey, destination: Destination, reached: set[str]) -> Iterator[Missing]:
    for element in survey.candidates(destination):
        if element.id not in reached and element.id not in survey.venue.unreachable:
            yield Missing(Lack.ROUTE, element.kind, element.id, destination=destination.id)
