"""Tables and queries of surveys: visits to a venue, measurements, which are only ever added, and what they come to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from toegankelijk.storage.columns import JSON_VALUE, PackedJson
from toegankelijk.storage.schema import Table, new_id, one_of

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
