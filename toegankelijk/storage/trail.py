"""The trail of writes: submissions, so that a form counts once, and audit events, which are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from toegankelijk.storage.schema import Table, new_id


class Submission(Table):
    """One accepted write: its key, who did what with which content, and the result that a repeat gets again."""

    __tablename__ = "submission"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    content_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class AuditEvent(Table):
    """Who did what to which thing, and when; the database itself refuses to change or remove a row."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(100))
    detail: Mapped[dict[str, Any]]


def add_event(
    session: Session,
    *,
    now: datetime,
    actor_id: UUID | None,
    action: str,
    subject_kind: str,
    subject_id: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one line to the audit trail."""
    session.add(
        AuditEvent(
            at=now,
            actor_id=actor_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            detail=detail or {},
        )
    )
