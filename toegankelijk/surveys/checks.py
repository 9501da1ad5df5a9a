"""What is wrong with the elements and answers of an entry: every problem at once, nothing decided on the way."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from labels.answers import MAX_TEXT, methods_for
from labels.check import fits_field
from labels.definitions import VENUE_KIND, Catalogue, Field
from labels.describe import format_number
from labels.model import Answer, Size, State, Value
from toegankelijk.storage.text import clean_text
from toegankelijk.surveys.entry import ElementEntry, SurveyEntry
from toegankelijk.surveys.known import KnownVenue
from toegankelijk.surveys.views import SurveyProblem

ELEMENTS_MAX, ROUTES_MAX, LEGS_MAX = 500, 200, 50
FLOORS = (-20, 200)


def entry_problems(
    catalogue: Catalogue, known: KnownVenue, entry: SurveyEntry, *, today: date
) -> Iterator[SurveyProblem]:
    """Everything in the entry that cannot be recorded, apart from how its elements and routes hang together."""
    if entry.measured_on > today:
        yield SurveyProblem("", "measured_on", "measured-in-future", f"{entry.measured_on} has yet to come.")
    if entry.based_on is not None and not 0 <= entry.based_on <= known.version:
        yield SurveyProblem("", "based_on", "based-on-unknown", f"There is no version {entry.based_on} of this survey.")
    yield from _size_problems(entry)
    yield from _retired_problems(known, entry)
    for element_id, times in Counter(element.id for element in entry.elements).items():
        if times > 1:
            yield SurveyProblem(element_id, "", "element-twice", f"Element {element_id} is in the entry twice.")
    for element in entry.elements:
        problem = _identity_problem(known, element) or _kind_problem(catalogue, known, element)
        if problem is not None:
            yield problem
            continue
        yield from _answer_problems(catalogue, element, today=today)


def _size_problems(entry: SurveyEntry) -> Iterator[SurveyProblem]:
    if len(entry.elements) > ELEMENTS_MAX:
        yield SurveyProblem("", "elements", "too-many-elements", f"At most {ELEMENTS_MAX} elements fit in a venue.")
    routes = entry.routes or ()
    if len(routes) > ROUTES_MAX or any(len(route.legs) > LEGS_MAX for route in routes):
        explanation = f"At most {ROUTES_MAX} routes of at most {LEGS_MAX} legs fit in a venue."
        yield SurveyProblem("", "routes", "too-many-routes", explanation)


def _retired_problems(known: KnownVenue, entry: SurveyEntry) -> Iterator[SurveyProblem]:
    sent = {element.id for element in entry.elements}
    for element_id in sorted(entry.retired):
        if element_id in known.foreign or element_id not in known.kinds:
            yield _unknown(element_id)
        elif element_id == known.venue.id:
            yield SurveyProblem(element_id, "", "venue-element", "The venue itself cannot be taken away.")
        elif element_id in sent:
            explanation = f"Element {element_id} is both sent and taken away; do one."
            yield SurveyProblem(element_id, "", "element-sent-and-retired", explanation)


def _unknown(element_id: str) -> SurveyProblem:
    return SurveyProblem(element_id, "", "element-unknown", f"There is no element {element_id!r} at this venue.")


def _identity_problem(known: KnownVenue, element: ElementEntry) -> SurveyProblem | None:
    if not _is_uuid(element.id):
        explanation = f"{element.id!r} is no id; give a new element a UUID, in lower case with hyphens."
        return SurveyProblem(element.id, "", "element-id-invalid", explanation)
    if element.id in known.foreign:
        explanation = f"Element {element.id} belongs to another venue."
        return SurveyProblem(element.id, "", "element-foreign", explanation)
    if (element.id == known.venue.id) != (element.kind == VENUE_KIND):
        explanation = "The venue as a whole is the element of kind venue that has the venue's own id."
        return SurveyProblem(element.id, "", "venue-element", explanation)
    if element.floor is not None and not FLOORS[0] <= element.floor <= FLOORS[1]:
        explanation = f"Floor {element.floor} is outside {FLOORS[0]} to {FLOORS[1]}."
        return SurveyProblem(element.id, "floor", "floor-range", explanation)
    return None


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _kind_problem(catalogue: Catalogue, known: KnownVenue, element: ElementEntry) -> SurveyProblem | None:
    before = known.kinds.get(element.id)
    if before is not None and before != element.kind:
        explanation = f"Element {element.id} is a {before}; add another one for a {element.kind}."
        return SurveyProblem(element.id, "kind", "element-kind-fixed", explanation)
    if element.kind not in (VENUE_KIND, *catalogue.venue_types[known.venue.venue_type].kinds):
        explanation = f"A {known.venue.venue_type} has no {element.kind!r}."
        return SurveyProblem(element.id, "kind", "element-kind-unknown", explanation)
    return None


def _answer_problems(catalogue: Catalogue, element: ElementEntry, *, today: date) -> Iterator[SurveyProblem]:
    for key, answer in element.answers.items():
        field = catalogue.fields.get(key)
        if field is None:
            yield SurveyProblem(element.id, key, "field-unknown", f"There is no question {key!r}.")
        elif field.kind != element.kind:
            yield SurveyProblem(element.id, key, "field-of-other-kind", f"{key} is no question about a {element.kind}.")
        elif answer is not None:
            yield from _one_answer(catalogue, element.id, field, answer, today=today)
    for key in sorted(element.confirmed):
        if element.answers.get(key) is None:
            yield SurveyProblem(element.id, key, "confirmed-without-answer", f"{key} is confirmed without an answer.")


def _one_answer(
    catalogue: Catalogue, element_id: str, field: Field, answer: Answer, *, today: date
) -> Iterator[SurveyProblem]:
    if answer.measured_on is not None and answer.measured_on > today:
        yield SurveyProblem(element_id, field.key, "measured-in-future", f"{answer.measured_on} has yet to come.")
    if answer.state is State.NOT_APPLICABLE and not field.may_not_apply:
        explanation = f"{field.key} always applies; answer it, or say unknown."
        yield SurveyProblem(element_id, field.key, "not-applicable-refused", explanation)
    if answer.value is None:
        return
    if answer.method not in {method.id for method in methods_for(catalogue, field)}:
        explanation = f"{field.key} cannot be established by {answer.method!r}."
        yield SurveyProblem(element_id, field.key, "method-refused", explanation)
    if not _is_storable(answer.value) or not fits_field(field, answer.value):
        yield SurveyProblem(element_id, field.key, "value-refused", _refusal(field, answer.value))


def _is_storable(value: Value) -> bool:
    if isinstance(value, str):
        return clean_text(value, MAX_TEXT) == value
    numbers = (value.width, value.depth) if isinstance(value, Size) else (value,)
    return all(math.isfinite(number) for number in numbers if isinstance(number, int | float))


def _refusal(field: Field, value: Value) -> str:
    text = f"{field.key} cannot be {str(value)[:80]!r}"
    if field.hard is None:
        return f"{text}; it is of type {field.type}."
    low, high = ("" if end is None else format_number(end) for end in (field.hard.low, field.hard.high))
    return f"{text}; it lies from {low} to {high} {field.unit}."
