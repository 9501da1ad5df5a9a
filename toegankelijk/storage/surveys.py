"""Tables and queries of surveys: visits to a venue, measurements, which are only ever added, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from toegankelijk.storage.columns import JSON_VALUE, PackedJson
from toegankelijk.storage.schema import Table, new_id, one_of
from toegankelijk.storage.venues import Venue, find_elements, find_routes

# The states of `labels.model.State`, and `withdrawn` for an answer that was taken back.
MEASUREMENT_STATES = ("known", "unknown", "not_applicable", "could_not_enter", "withdrawn")


class SurveyVisit(Table):
    """One surveyor at one venue on one day; `rule_set` is the version of the questions last used that day."""

    __tablename__ = "survey_visit"
    __table_args__ = (UniqueConstraint("venue_id", "surveyor_id", "measured_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    surveyor_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    measured_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    rule_set: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]


class Measurement(Table):
    """One answer as it was given; `key` tells the order. The database itself refuses to change or remove a row."""

    __tablename__ = "measurement"
    __table_args__ = (
        CheckConstraint(one_of("state", MEASUREMENT_STATES), name="state"),
        Index(None, "venue_id", "element_id", "field"),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    element_id: Mapped[UUID] = mapped_column(ForeignKey("venue_element.id"), index=True)
    field: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    value: Mapped[Any] = mapped_column(JSON_VALUE, nullable=True)
    unit: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(40))
    measured_on: Mapped[date | None]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("survey_visit.id"), index=True)
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    source: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime]


class CurrentAnswers(Table):
    """What the measurements, elements and routes of a venue come to today; made from them anew at every survey.

    `version` is the key of the newest measurement in it.
    """

    __tablename__ = "current_answers"

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    version: Mapped[int]
    document: Mapped[Any] = mapped_column(PackedJson)


def rebuild_current_answers(session: Session, venue: Venue) -> CurrentAnswers:
    """Make the current answers of a venue anew from its elements, routes and measurements."""
    elements = [element for element in find_elements(session, venue.id) if element.retired_at is None]
    answers, version = _latest_answers(session, venue.id)
    document = {
        "elements": [
            {
                "id": str(element.id),
                "kind": element.kind,
                "name": element.name,
                "parent": None if element.parent_id is None else str(element.parent_id),
                "floor": element.floor,
                "answers": answers.get(element.id, {}),
            }
            for element in elements
        ],
        "routes": [
            {
                "id": str(route.id),
                "destination": route.destination,
                "legs": [str(leg.element_id) for leg in route.legs],
            }
            for route in find_routes(session, venue.id)
        ],
        "unreachable": [str(element.id) for element in elements if element.is_unreachable],
    }
    current = session.get(CurrentAnswers, venue.id)
    if current is None:
        current = CurrentAnswers(venue_id=venue.id, version=version, document=document)
        session.add(current)
    current.version, current.document = version, document
    session.flush()
    return current


def _latest_answers(session: Session, venue_id: UUID) -> tuple[dict[UUID, dict[str, Any]], int]:
    answers: dict[UUID, dict[str, Any]] = {}
    version = 0
    for measurement in find_latest_measurements(session, venue_id):
        version = max(version, measurement.key)
        if measurement.state != "withdrawn":
            answers.setdefault(measurement.element_id, {})[measurement.field] = answer_document(measurement)
    return answers, version


def find_latest_measurements(session: Session, venue_id: UUID, *, up_to: int | None = None) -> Sequence[Measurement]:
    """The newest measurement of every field of every element, by field; with `up_to` as it was at that version."""
    of_venue = select(func.max(Measurement.key)).where(Measurement.venue_id == venue_id)
    if up_to is not None:
        of_venue = of_venue.where(Measurement.key <= up_to)
    newest = of_venue.group_by(Measurement.element_id, Measurement.field)
    return session.scalars(select(Measurement).where(Measurement.key.in_(newest)).order_by(Measurement.field)).all()


def answer_document(measurement: Measurement) -> dict[str, Any]:
    """A measurement as `labels.exchange.answer_to_json` writes an answer, its own key being the reference."""
    day = measurement.measured_on
    known = {
        "value": measurement.value,
        "method": measurement.method,
        "measured_on": None if day is None else day.isoformat(),
        "reference": str(measurement.key),
    }
    return {"state": measurement.state, **{name: value for name, value in known.items() if value not in (None, "")}}


def put_visit(
    session: Session, *, venue_id: UUID, surveyor_id: UUID, measured_on: date, rule_set: str, note: str, now: datetime
) -> SurveyVisit:
    """The visit of this surveyor to this venue on this day, made when it is the first of the day; a new note stays."""
    query = select(SurveyVisit).where(
        SurveyVisit.venue_id == venue_id,
        SurveyVisit.surveyor_id == surveyor_id,
        SurveyVisit.measured_on == measured_on,
    )
    visit = session.scalar(query)
    if visit is None:
        visit = SurveyVisit(
            id=new_id(), venue_id=venue_id, surveyor_id=surveyor_id, measured_on=measured_on, note="", created_at=now
        )
        session.add(visit)
    visit.rule_set, visit.note = rule_set, note or visit.note
    session.flush()
    return visit
