"""Tables and queries of verdicts: each judging of a venue with its reasons, and the verdict per user group."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
