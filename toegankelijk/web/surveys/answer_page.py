"""What the page with the questions about one element shows: typed, with every word chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from labels.completeness import asked_fields
from labels.definitions import VENUE_KIND, Catalogue
from labels.describe import element_name
from labels.model import Element, State
from labels.survey import Survey
from toegankelijk.reports.texts import load_texts
from toegankelijk.reports.venue import Finding, element_findings, floor_name
from toegankelijk.surveys import CurrentSurvey
from toegankelijk.web.forms import FieldError
from toegankelijk.web.surveys.desk import Place, Todo, add_path, contradiction_lines, element_path, todo_list
from toegankelijk.web.surveys.opening import Opened
from toegankelijk.web.surveys.questions import Asked, Question

REST_STATES = (State.UNKNOWN, State.COULD_NOT_ENTER)


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The form itself; `errors` are problems and doubts to link to, `rest_states` what all open questions can get."""

    csrf_token: str
    submission_key: str
    based_on: int
    visit_day: str
    day_error: str
    questions: tuple[Question, ...]
    rest_states: tuple[tuple[str, str], ...]
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """One element with its questions, what they come to so far, and where to go on."""

    place: Place
    name: str
    kind: str
    how: str
    floor: str
    path: str
    is_venue: bool
    parent: Todo | None
    parts: tuple[Todo, ...]
    parts_to_add: tuple[Todo, ...]
    has_answers: bool
    verdicts: tuple[Finding, ...]
    contradictions: tuple[Todo, ...]
    needed_here: Todo | None
    next_step: Todo | None
    form: AnswerForm


def asked_about(opened: Opened, element: Element) -> Asked:
    """The questions that arise about an element now, with the method that was used last for each type of question."""
    catalogue = opened.catalogue
    known_type = catalogue.venue_types[opened.survey.venue.venue_type]
    return Asked(
        catalogue=catalogue,
        fields=asked_fields(catalogue, Survey(catalogue, opened.survey.venue), element),
        required=catalogue.required | frozenset(known_type.required_answers),
        current=element.answers,
        usual=_usual_methods(catalogue, opened.survey),
    )


def rest_states(catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """What may be said of all questions without an answer at once."""
    return tuple((state.value, catalogue.texts[f"state.{state}"]) for state in REST_STATES)


def answer_page(opened: Opened, element: Element, form: AnswerForm) -> AnswerPage:
    """The page of an element with this form on it."""
    catalogue, survey = opened.catalogue, opened.survey
    kind = catalogue.kinds[element.kind]
    index = Survey(catalogue, survey.venue)
    todo = todo_list(catalogue, survey)
    to_add = _parts_to_add(opened, index, element)
    return AnswerPage(
        place=opened.place,
        name=element_name(catalogue, survey.venue, element.id),
        kind=kind.nl,
        how=kind.how,
        floor=floor_name(element.floor),
        path=element_path(opened.venue_id, element.id),
        is_venue=element.kind == VENUE_KIND,
        parent=_link(opened, element.parent_id) if element.parent_id else None,
        parts=tuple(_link(opened, part.id) for part in index.parts_of(element.id)),
        parts_to_add=to_add,
        has_answers=bool(element.answers),
        verdicts=element_findings(catalogue, opened.result, element.id) if element.answers else (),
        contradictions=tuple(line for line in contradiction_lines(survey) if line.element_id == element.id),
        needed_here=_needed_here(opened, element, todo),
        next_step=_next_step(index, element, todo, [line for line in to_add if line.count]),
        form=form,
    )


def _usual_methods(catalogue: Catalogue, survey: CurrentSurvey) -> Mapping[str, str]:
    """The method of the newest answer per type of question: who takes a laser once takes it again."""
    newest = sorted(
        (
            (answer.measured_on, catalogue.fields[key].type, answer.method)
            for element in survey.venue.elements
            for key, answer in element.answers.items()
            if answer.measured_on is not None and answer.method
        ),
        key=lambda row: row[0],
    )
    return {field_type: method for _, field_type, method in newest}


def _link(opened: Opened, element_id: str) -> Todo:
    name = element_name(opened.catalogue, opened.survey.venue, element_id)
    return Todo(name, element_path(opened.venue_id, element_id), 0, element_id)


def _parts_to_add(opened: Opened, index: Survey, element: Element) -> tuple[Todo, ...]:
    """The parts that may be added here; one that the element cannot do without and does not have yet counts."""
    missing = index.missing_parts(element)
    return tuple(
        Todo(
            load_texts().pattern("add", kind=kind.nl),
            add_path(opened.venue_id, kind.id, element.id),
            int(kind.id in missing),
        )
        for kind in opened.catalogue.kinds.values()
        if element.kind in kind.part_of
    )


def _needed_here(opened: Opened, element: Element, todo: tuple[Todo, ...]) -> Todo | None:
    """How many required answers this page lacks, with the first of them."""
    found = next((line for line in todo if line.element_id == element.id), None)
    if found is None:
        return None
    return replace(found, text=opened.catalogue.fields[found.path.partition("#veld-")[2]].nl)


def _next_step(index: Survey, element: Element, todo: tuple[Todo, ...], to_add: list[Todo]) -> Todo | None:
    """Where to go on: a part that is missing, the questions of a part, then whatever is next in the survey."""
    if to_add:
        return replace(to_add[0], count=0)
    places = {one.id: place for place, one in enumerate(index.venue.elements)}
    parts = {part.id for part in index.parts_of(element.id)}

    def distance(line: Todo) -> tuple[bool, bool, int]:
        place = places.get(line.element_id, len(places))
        return line.element_id not in parts, place < places[element.id], place

    others = [line for line in todo if line.element_id != element.id]
    return min(others, key=distance, default=None)
