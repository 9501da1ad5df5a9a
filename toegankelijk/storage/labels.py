"""Tables and queries of verdicts: each judging of a venue with its reasons, and the verdict per user group."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from toegankelijk.errors import UnknownRecord
from toegankelijk.storage.columns import PackedJson
from toegankelijk.storage.schema import Table, new_id


class LabelResult(Table):
    """A venue as judged with one version of the rules; `version` is the newest measurement that was looked at."""

    __tablename__ = "label_result"
    __table_args__ = (
        Index(
            "uq_label_result_latest",
            "venue_id",
            unique=True,
            sqlite_where=text("is_latest"),
            postgresql_where=text("is_latest"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), index=True)
    rule_set: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    judged_on: Mapped[date]
    judged_at: Mapped[datetime]
    is_latest: Mapped[bool]
    document: Mapped[Any] = mapped_column(PackedJson)

    verdicts: Mapped[list[LabelVerdict]] = relationship(order_by="LabelVerdict.place", cascade="all, delete-orphan")


class LabelVerdict(Table):
    """What a judging says for one user group, kept apart for lists and counts."""

    __tablename__ = "label_verdict"
    __table_args__ = (Index(None, "group", "level"),)

    result_id: Mapped[UUID] = mapped_column(ForeignKey("label_result.id", ondelete="CASCADE"), primary_key=True)
    group: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20))
    provisional: Mapped[bool]
    outdated: Mapped[bool]
    close_to_limit: Mapped[bool]


def get_result_row(session: Session, result_id: UUID) -> LabelResult:
    """The judging with this id, or `UnknownRecord`."""
    result = session.get(LabelResult, result_id)
    if result is None:
        raise UnknownRecord(f"There is no judging {result_id}.")
    return result


def find_latest_result(session: Session, venue_id: UUID) -> LabelResult | None:
    """The latest judging of a venue, with its verdicts."""
    query = select(LabelResult).where(LabelResult.venue_id == venue_id, LabelResult.is_latest)
    return session.scalar(query.options(selectinload(LabelResult.verdicts)))


def find_latest_verdicts(session: Session, venue_ids: Collection[UUID]) -> Mapping[UUID, list[LabelVerdict]]:
    """Per venue the verdicts of its latest judging, in the order of the catalogue."""
    query = (
        select(LabelResult.venue_id, LabelVerdict)
        .join(LabelResult, LabelResult.id == LabelVerdict.result_id)
        .where(LabelResult.venue_id.in_(venue_ids), LabelResult.is_latest)
        .order_by(LabelVerdict.place)
    )
    verdicts: dict[UUID, list[LabelVerdict]] = {}
    for venue_id, verdict in session.execute(query):
        verdicts.setdefault(venue_id, []).append(verdict)
    return verdicts
