"""What the page of a venue says, whole and frozen: verdicts with reasons, and what was measured, from the street in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from labels.catalogue import current_catalogue
from labels.completeness import asked_fields
from labels.definitions import VENUE_KIND, Catalogue, Destination, Field
from labels.describe import element_name, format_value
from labels.model import Answer, Element, State, Venue, Verdict
from labels.survey import Survey, oldest_days
from toegankelijk.labelling import GroupView, ResultView, current_result
from toegankelijk.reports.texts import load_texts
from toegankelijk.surveys import CurrentSurvey, current_survey
from toegankelijk.venues import VenueView


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict in words: `code` chooses the sign beside them, `reasons` are sentences, the decisive ones first."""

    about: str
    code: str
    name: str
    sentence: str
    is_provisional: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupLine:
    """What one user group can expect, as a whole and per destination; `weak_points` are the elements that decide."""

    id: str
    level: Finding
    weak_points: tuple[str, ...]
    is_outdated: bool
    is_close_to_limit: bool
    destinations: tuple[Finding, ...]

    @property
    def explained(self) -> tuple[Finding, ...]:
        """The destinations about which there is something to tell."""
        return tuple(one for one in self.destinations if one.reasons)


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer: a value with its unit, or in words why there is none."""

    label: str
    value: str
    is_known: bool
    day: date | None
    method: str
    is_estimate: bool
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class ElementLine:
    """One thing that a visitor meets, with what was found of it; `open_questions` were asked of nobody yet."""

    anchor: str
    name: str
    kind: str
    floor: str
    is_unreachable: bool
    verdicts: tuple[Finding, ...]
    facts: tuple[Fact, ...]
    open_questions: tuple[str, ...]
    parts: tuple[ElementLine, ...]

    @property
    def count(self) -> int:
        """How many answers there are, those of the parts among them."""
        return len(self.facts) + sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class VenueReport:
    """The whole page; `groups` is empty before the first judging."""

    name: str
    venue_type: str
    path: str
    address: str
    municipality: str
    municipality_path: str
    is_demo: bool
    groups: tuple[GroupLine, ...]
    building: tuple[Fact, ...]
    elements: tuple[ElementLine, ...]
    measured_on: date | None
    judged_on: date | None
    rule_set: str


def build_venue_report(session: Session, venue: VenueView, *, today: date) -> VenueReport:
    """The page of a venue, published or not, from its current answers and its latest judging."""
    catalogue = current_catalogue()
    survey = current_survey(session, venue.id, catalogue=catalogue)
    return describe_venue(catalogue, venue, survey, current_result(session, venue.id), today=today)


def describe_venue(
    catalogue: Catalogue, venue: VenueView, survey: CurrentSurvey, result: ResultView | None, *, today: date
) -> VenueReport:
    """The page of a venue from what is known of it."""
    index = Survey(catalogue, survey.venue)
    known_type = catalogue.venue_types.get(venue.venue_type)
    place = " ".join(part for part in (venue.postcode, venue.locality or venue.municipality_name) if part)
    return VenueReport(
        name=venue.name,
        venue_type=known_type.nl if known_type else venue.venue_type,
        path=venue_path(venue),
        address=", ".join(part for part in (venue.street, place) if part),
        municipality=venue.municipality_name,
        municipality_path=f"/gemeenten/{venue.nis_code}" if venue.nis_code else "",
        is_demo=venue.is_demo,
        groups=describe_groups(catalogue, survey.venue, result),
        building=_facts(index, index.venue_facts.element, today),
        elements=tuple(
            _element_line(index, element, result, today) for element in from_the_street(catalogue, survey.venue)
        ),
        measured_on=survey.measured_on,
        judged_on=result.judged_on if result else None,
        rule_set=result.rule_set if result else "",
    )


def venue_path(venue: VenueView) -> str:
    """Where everybody finds the page of a published venue."""
    return f"/plaatsen/{venue.slug}"


def describe_groups(catalogue: Catalogue, venue: Venue, result: ResultView | None) -> tuple[GroupLine, ...]:
    """The verdict for every user group in words; empty before the first judging."""
    if result is None:
        return ()
    documents = {group["group"]: group for group in result.document["groups"]}
    return tuple(_group_line(catalogue, venue, group, documents[group.group]) for group in result.groups)


def _group_line(catalogue: Catalogue, venue: Venue, group: GroupView, document: dict[str, Any]) -> GroupLine:
    level = Finding(
        about=group.name,
        code=group.level,
        name=catalogue.texts[f"level.{group.level}"],
        sentence=catalogue.texts[f"level_long.{group.level}"],
        is_provisional=group.provisional,
    )
    destinations = tuple(
        _finding(catalogue, one.name, one.verdict, is_provisional=one.provisional, reasons=one.reasons)
        for one in group.destinations
    )
    return GroupLine(
        id=group.group,
        level=level,
        weak_points=_weak_points(catalogue, venue, document),
        is_outdated=group.outdated,
        is_close_to_limit=group.close_to_limit,
        destinations=destinations,
    )


def _weak_points(catalogue: Catalogue, venue: Venue, document: dict[str, Any]) -> tuple[str, ...]:
    """The elements on the best routes that hold the verdict down, each once, unless there is nothing to hold down."""
    if document["verdict"] in (Verdict.INDEPENDENT, Verdict.NOT_APPLICABLE):
        return ()
    there = {element.id for element in venue.elements}
    found: dict[str, None] = {}
    for destination in document["destinations"]:
        if destination["destination"] in document["limiting"]:
            best = next((one for one in destination["routes"] if one["route"] == destination["best_route"]), None)
            legs = best["limiting"] if best else (*destination["without_route"], *destination["unreachable"])
            found.update(dict.fromkeys(leg for leg in legs if leg in there))
    return tuple(element_name(catalogue, venue, leg) for leg in found)


def element_findings(catalogue: Catalogue, result: ResultView | None, element_id: str) -> tuple[Finding, ...]:
    """The verdict on one element for each user group; empty before the first judging and for parts of others."""
    return tuple(
        _finding(
            catalogue,
            group.name,
            one.verdict,
            is_provisional=one.provisional,
            reasons=tuple(_without_name(reason, one.name) for reason in one.reasons),
        )
        for group in (result.groups if result else ())
        for one in group.elements
        if one.element_id == element_id
    )


def _without_name(reason: str, name: str) -> str:
    """Under the heading of an element, its reasons need not begin with its name."""
    text = reason.removeprefix(f"{name}: ")
    return text[:1].upper() + text[1:]


def from_the_street(catalogue: Catalogue, venue: Venue) -> tuple[Element, ...]:
    """The elements that are no part of another, in the order in which a visitor meets them.

    Along the routes to each destination in turn; first where visitors arrive, last what no route passes.
    """
    index = Survey(catalogue, venue)
    on_the_way = [leg for destination in _arrivals_first(catalogue, venue) for leg in _legs_to(index, destination)]
    rest = sorted(
        (element for element in venue.elements if element.kind != VENUE_KIND),
        key=lambda element: (
            catalogue.venue_types[venue.venue_type].kinds.index(element.kind)
            if element.kind in catalogue.venue_types[venue.venue_type].kinds
            else len(catalogue.kinds)
        ),
    )
    found = dict.fromkeys([*on_the_way, *(element.id for element in rest)])
    return tuple(index.elements[key] for key in found if not index.is_part(index.elements[key]))


def _arrivals_first(catalogue: Catalogue, venue: Venue) -> list[Destination]:
    known = catalogue.venue_types[venue.venue_type]
    arrival = catalogue.modules[known.modules[0]].kinds
    return sorted(known.destinations, key=lambda destination: destination.kind not in arrival)


def _legs_to(index: Survey, destination: Destination) -> Iterator[str]:
    for route in index.venue.routes:
        if route.destination == destination.id:
            yield from route.legs


def _finding(
    catalogue: Catalogue, about: str, verdict: str, *, is_provisional: bool, reasons: tuple[str, ...]
) -> Finding:
    name, sentence = catalogue.texts[f"verdict.{verdict}"], catalogue.texts[f"verdict_long.{verdict}"]
    return Finding(about, verdict, name, sentence, is_provisional, reasons)


def _element_line(index: Survey, element: Element, result: ResultView | None, today: date) -> ElementLine:
    catalogue = index.catalogue
    return ElementLine(
        anchor=f"onderdeel-{element.id}",
        name=element_name(catalogue, index.venue, element.id),
        kind=catalogue.kinds[element.kind].nl,
        floor=floor_name(element.floor),
        is_unreachable=element.id in index.venue.unreachable,
        verdicts=element_findings(catalogue, result, element.id),
        facts=_facts(index, element, today),
        open_questions=tuple(
            field.nl for field in asked_fields(catalogue, index, element) if field.key not in element.answers
        ),
        parts=tuple(_element_line(index, part, result, today) for part in index.parts_of(element.id)),
    )


def floor_name(floor: int | None) -> str:
    """A floor in words; nothing when it was not told."""
    if floor is None:
        return ""
    texts = load_texts()
    return texts.words["floor"].get(str(floor)) or texts.pattern(
        "floor" if floor > 0 else "basement", number=abs(floor)
    )


def _facts(index: Survey, element: Element, today: date) -> tuple[Fact, ...]:
    asked = asked_fields(index.catalogue, index, element)
    return tuple(_fact(index, field, element.answers[field.key], today) for field in _answered(asked, element))


def _answered(fields: Iterable[Field], element: Element) -> Iterator[Field]:
    yield from (field for field in fields if field.key in element.answers)


def _fact(index: Survey, field: Field, answer: Answer, today: date) -> Fact:
    catalogue = index.catalogue
    method = catalogue.methods.get(answer.method)
    return Fact(
        label=field.nl,
        value=answer_in_words(catalogue, field, answer),
        is_known=answer.state is State.KNOWN,
        day=answer.measured_on,
        method=method.nl if method else "",
        is_estimate=bool(method and method.is_estimate),
        is_outdated=answer.measured_on is not None
        and answer.measured_on < oldest_days(catalogue, today)[field.half_life],
    )


def answer_in_words(catalogue: Catalogue, field: Field, answer: Answer) -> str:
    """The value with its unit, or the state that stands in its place."""
    if answer.value is None:
        return catalogue.texts[f"state.{answer.state}"]
    return format_value(catalogue, field, answer.value)
