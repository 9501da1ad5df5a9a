"""Read what is known of a venue today, and how an answer came about."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labels.completeness import measure_completeness
from labels.consistency import find_contradictions
from labels.definitions import Catalogue
from labels.exchange import read_answer
from labels.model import Answer
from toegankelijk.labelling import Measured, read_measured, read_stored_answer
from toegankelijk.storage.accounts import User
from toegankelijk.storage.surveys import (
    Measurement,
    SurveyVisit,
    answer_document,
    find_latest_measurements,
)
from toegankelijk.storage.venues import Venue, find_elements, find_foreign_ids
from toegankelijk.surveys.entry import SurveyEntry
from toegankelijk.surveys.known import KnownVenue
from toegankelijk.surveys.news import answers_of
from toegankelijk.surveys.views import CurrentSurvey, MeasurementView


def current_survey(session: Session, venue_id: UUID, *, catalogue: Catalogue) -> CurrentSurvey:
    """The current answers of a venue, or `UnknownRecord`."""
    measured = read_measured(session, venue_id, catalogue=catalogue)
    newest_visit = select(func.max(SurveyVisit.measured_on)).where(SurveyVisit.venue_id == venue_id)
    return CurrentSurvey(
        venue_id=venue_id,
        venue=measured.venue,
        version=measured.version,
        measured_on=session.scalar(newest_visit),
        completeness=measure_completeness(catalogue, measured.venue),
        contradictions=find_contradictions(catalogue, measured.venue),
        set_aside=measured.set_aside,
    )


def history_of(
    session: Session, venue_id: UUID, *, element_id: str, field: str, catalogue: Catalogue
) -> list[MeasurementView]:
    """Every answer that one field of one element ever had, the newest first; none for what the venue does not have."""
    question, element = catalogue.fields.get(field), _uuid(element_id)
    if question is None or element is None:
        return []
    query = (
        select(Measurement, User.name, SurveyVisit.measured_on)
        .join(User, User.id == Measurement.recorded_by_id)
        .join(SurveyVisit, SurveyVisit.id == Measurement.visit_id)
        .where(Measurement.venue_id == venue_id, Measurement.element_id == element, Measurement.field == field)
        .order_by(Measurement.key.desc())
    )
    return [
        MeasurementView(
            key=row.key,
            answer=None if row.state == "withdrawn" else read_answer(question, answer_document(row)),
            unit=row.unit,
            source=row.source,
            recorded_at=row.recorded_at,
            recorded_by=name,
            visit_id=row.visit_id,
            visited_on=visited_on,
        )
        for row, name, visited_on in session.execute(query)
    ]


def read_known(session: Session, venue: Venue, entry: SurveyEntry, *, catalogue: Catalogue) -> KnownVenue:
    """What deciding about an entry needs to know of its venue."""
    measured = read_measured(session, venue.id, catalogue=catalogue)
    rows = find_elements(session, venue.id)
    named = {found for text in _ids_in(entry) if (found := _uuid(text)) is not None}
    return KnownVenue(
        venue=measured.venue,
        version=measured.version,
        kinds={str(row.id): row.kind for row in rows},
        foreign=frozenset(str(element_id) for element_id in find_foreign_ids(session, venue.id, named)),
        base=_base_of(session, measured, entry, catalogue),
    )


def _base_of(
    session: Session, measured: Measured, entry: SurveyEntry, catalogue: Catalogue
) -> dict[tuple[str, str], Answer]:
    if entry.based_on is None or entry.based_on >= measured.version:
        return answers_of(measured.venue)
    base = {}
    for row in find_latest_measurements(session, UUID(measured.venue.id), up_to=entry.based_on):
        question = catalogue.fields.get(row.field)
        if question is None or row.state == "withdrawn":
            continue
        answer = read_stored_answer(catalogue, question.kind, row.field, answer_document(row))
        if answer is not None:
            base[str(row.element_id), row.field] = answer
    return base


def _ids_in(entry: SurveyEntry) -> Iterator[str]:
    yield from entry.retired
    for element in entry.elements:
        yield from (element.id, element.parent_id or "")
    for route in entry.routes or ():
        yield from route.legs
    yield from entry.unreachable or ()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
