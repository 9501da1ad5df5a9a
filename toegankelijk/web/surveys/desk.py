"""The work page of a venue as a surveyor needs it: what is there, what is missing and where to fill it in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from labels.completeness import Lack, Missing, asked_fields
from labels.definitions import Catalogue, Kind
from labels.describe import describe_missing, element_name
from labels.model import Element
from labels.survey import Survey
from toegankelijk.labelling import ResultView
from toegankelijk.reports.texts import load_texts
from toegankelijk.reports.venue import Finding, GroupLine, describe_groups, element_findings, floor_name, venue_path
from toegankelijk.surveys import CurrentSurvey
from toegankelijk.venues import VenueView


@dataclass(frozen=True, slots=True)
class Place:
    """The venue that a page is about, with what this person may do."""

    id: UUID
    name: str
    municipality: str
    path: str
    public_path: str
    is_published: bool
    may_survey: bool
    may_publish: bool


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that still has to be done: `path` is where, `count` how many answers it is about."""

    text: str
    path: str
    count: int = 1
    element_id: str = ""


@dataclass(frozen=True, slots=True)
class ElementItem:
    """One element in a list, with how far its questions are; `needed` answers keep the venue from being published."""

    id: str
    name: str
    floor: str
    path: str
    answered: int
    asked: int
    needed: int
    verdicts: tuple[Finding, ...]
    parts: tuple[ElementItem, ...]


@dataclass(frozen=True, slots=True)
class KindSection:
    """All elements of a kind, and the way to add one; `add_path` is empty where one is enough."""

    name: str
    how: str
    elements: tuple[ElementItem, ...]
    add_path: str


@dataclass(frozen=True, slots=True)
class ModuleSection:
    """The kinds of one part of the visit."""

    id: str
    name: str
    kinds: tuple[KindSection, ...]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Everything about one survey on one page."""

    place: Place
    groups: tuple[GroupLine, ...]
    todo: tuple[Todo, ...]
    contradictions: tuple[Todo, ...]
    building: ElementItem
    modules: tuple[ModuleSection, ...]
    routes: int
    without_route: int

    @property
    def may_be_published(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.todo and not self.contradictions


def survey_path(venue_id: UUID) -> str:
    """The work page of a venue."""
    return f"/opmetingen/{venue_id}"


def element_path(venue_id: UUID, element_id: str) -> str:
    """The page with the questions of an element."""
    return f"{survey_path(venue_id)}/onderdelen/{element_id}"


def add_path(venue_id: UUID, kind: str, parent_id: str = "") -> str:
    """The form that adds an element of a kind."""
    return f"{survey_path(venue_id)}/onderdelen/nieuw?soort={kind}" + (f"&bij={parent_id}" if parent_id else "")


def routes_path(venue_id: UUID) -> str:
    """The page that says how visitors get to each destination."""
    return f"{survey_path(venue_id)}/wegen"


def place_of(venue: VenueView, *, may_survey: bool, may_publish: bool) -> Place:
    """A venue as the head of every page shows it."""
    return Place(
        id=venue.id,
        name=venue.name,
        municipality=venue.municipality_name,
        path=survey_path(venue.id),
        public_path=venue_path(venue),
        is_published=venue.is_published,
        may_survey=may_survey,
        may_publish=may_publish,
    )


def find_element(survey: CurrentSurvey, element_id: str) -> Element | None:
    """The element in use with this id."""
    return next((one for one in survey.venue.elements if one.id == element_id), None)


def work_page(catalogue: Catalogue, place: Place, survey: CurrentSurvey, result: ResultView | None) -> WorkPage:
    """The work page from what is known today."""
    items = _Items(catalogue, survey, result)
    return WorkPage(
        place=place,
        groups=describe_groups(catalogue, survey.venue, result),
        todo=todo_list(catalogue, survey),
        contradictions=contradiction_lines(survey),
        building=items.item(items.index.elements[str(survey.venue_id)]),
        modules=tuple(items.module(module) for module in catalogue.venue_types[survey.venue.venue_type].modules),
        routes=len(survey.venue.routes),
        without_route=sum(one.lack is Lack.ROUTE for one in survey.completeness.missing),
    )


def todo_list(catalogue: Catalogue, survey: CurrentSurvey) -> tuple[Todo, ...]:
    """What is missing, the questions of one element together; what is asked of the whole venue first."""
    own = str(survey.venue_id)
    lines: list[Todo] = []
    missing = sorted(survey.completeness.missing, key=lambda one: one.lack is not Lack.ANSWER)
    for (lack, element_id), found in groupby(missing, key=lambda one: (one.lack, one.element_id or own)):
        ones = list(found)
        if lack is Lack.ANSWER:
            name = element_name(catalogue, survey.venue, element_id)
            lines.append(Todo(name, missing_path(survey.venue_id, ones[0]), len(ones), element_id))
        elif lack is not Lack.ROUTE:
            lines.extend(missing_line(catalogue, survey, one) for one in ones)
    return (*lines, *_open_routes(catalogue, survey))


def _open_routes(catalogue: Catalogue, survey: CurrentSurvey) -> list[Todo]:
    """All targets without a route on one line: they are filled in on one page."""
    lines = [missing_line(catalogue, survey, one) for one in survey.completeness.missing if one.lack is Lack.ROUTE]
    if len(lines) < 2:
        return lines
    return [Todo(load_texts().pattern("routes_open", count=len(lines)), routes_path(survey.venue_id), len(lines))]


def missing_line(catalogue: Catalogue, survey: CurrentSurvey, missing: Missing) -> Todo:
    """One thing that is missing, with the way to it."""
    path = missing_path(survey.venue_id, missing)
    kind = catalogue.kinds[missing.kind].nl
    match missing.lack:
        case Lack.ELEMENT:
            return Todo(load_texts().pattern("add", kind=kind), path)
        case Lack.PART:
            whole = element_name(catalogue, survey.venue, missing.element_id or "")
            return Todo(load_texts().pattern("add_part", kind=kind, whole=whole), path)
        case _:
            return Todo(describe_missing(catalogue, survey.venue, missing), path)


def missing_path(venue_id: UUID, missing: Missing) -> str:
    """Where something that is missing can be filled in."""
    element_id = missing.element_id or ""
    match missing.lack:
        case Lack.ANSWER:
            return f"{element_path(venue_id, element_id or str(venue_id))}#veld-{missing.field}"
        case Lack.ROUTE:
            return f"{routes_path(venue_id)}#doel-{missing.destination}-{element_id}"
        case _:
            return add_path(venue_id, missing.kind, element_id)


def contradiction_lines(survey: CurrentSurvey) -> tuple[Todo, ...]:
    """Answers that cannot all be true, each with the way to the first of them."""
    return tuple(
        Todo(one.text, f"{element_path(survey.venue_id, one.element_id)}#veld-{one.fields[0]}", 1, one.element_id)
        for one in survey.contradictions
    )


class _Items:
    """Lists the elements of one survey."""

    def __init__(self, catalogue: Catalogue, survey: CurrentSurvey, result: ResultView | None) -> None:
        self._catalogue = catalogue
        self._survey = survey
        self._result = result
        self._needed = _needed_per_element(survey)
        self.index = Survey(catalogue, survey.venue)

    def module(self, module_id: str) -> ModuleSection:
        module = self._catalogue.modules[module_id]
        kinds = (self._catalogue.kinds[kind] for kind in module.kinds)
        return ModuleSection(module.id, module.nl, tuple(self._section(kind) for kind in kinds if not kind.part_of))

    def _section(self, kind: Kind) -> KindSection:
        elements = [one for one in self._survey.venue.elements if one.kind == kind.id]
        may_add = kind.repeatable or not elements
        return KindSection(
            name=kind.nl,
            how=kind.how,
            elements=tuple(self.item(one) for one in elements),
            add_path=add_path(self._survey.venue_id, kind.id) if may_add else "",
        )

    def item(self, element: Element) -> ElementItem:
        asked = asked_fields(self._catalogue, self.index, element)
        return ElementItem(
            id=element.id,
            name=element_name(self._catalogue, self._survey.venue, element.id),
            floor=floor_name(element.floor),
            path=element_path(self._survey.venue_id, element.id),
            answered=sum(field.key in element.answers for field in asked),
            asked=len(asked),
            needed=self._needed.get(element.id, 0),
            verdicts=element_findings(self._catalogue, self._result, element.id),
            parts=tuple(self.item(part) for part in self.index.parts_of(element.id)),
        )


def _needed_per_element(survey: CurrentSurvey) -> dict[str, int]:
    needed: dict[str, int] = {}
    for one in _answers_only(survey.completeness.missing):
        key = one.element_id or str(survey.venue_id)
        needed[key] = needed.get(key, 0) + 1
    return needed


def _answers_only(missing: Iterable[Missing]) -> Iterable[Missing]:
    return (one for one in missing if one.lack is Lack.ANSWER)
